// What the reader's file lends to the writer's, so that no code travels twice: in the bundle of the
// writer's file, build.mjs puts these in place of the modules that they come from.
import { Problem, request } from './api.js'
import { ask, button, fill, h, put } from './dom.js'
import { bodyNodes } from './tree.js'
import { field } from './views/field.js'
import { reasonOf } from './views/notice.js'

export const kit = {
  ask,
  bodyNodes,
  button,
  field,
  fill,
  h,
  Problem,
  put,
  reasonOf,
  request,
}
