/** The name of the writer's file, which build.mjs fills in. */
declare const WRITER: string
