/** A file that is fetched later, which build.mjs fills in. */
type LaterFile = [name: string, integrity: string]
declare const WRITER: LaterFile
declare const LINKED_DATA: LaterFile
