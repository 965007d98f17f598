// What the reader's file lends to the writer's, so that no code travels twice: in the bundle of the
// writer's file, build.mjs puts these in place of the modules that they come from. A list, because
// both files can then call each of them by one letter.
import { request } from './api.js'
import { button, fill, h, put } from './dom.js'
import { selectedWords } from './selection.js'
import { bodyNodes } from './tree.js'
import { field } from './views/field.js'

export const kit = [bodyNodes, button, field, fill, h, put, request, selectedWords]
