"""The dashboard's pages, one module each; every act is one POST and works without a script."""
