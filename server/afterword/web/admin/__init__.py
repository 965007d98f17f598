"""The API of members, for programs: by personal token alone, one module a resource."""
