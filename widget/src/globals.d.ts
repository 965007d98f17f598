/** A file that is fetched later, which build.mjs fills in. */
type LaterFile = [name: string, integrity: string]
declare const WRITER: LaterFile
declare const LINKED_DATA: LaterFile
declare const PROOF: LaterFile
declare const QUESTIONS: LaterFile
declare const ACCOUNT: LaterFile
declare const ACTS: LaterFile
