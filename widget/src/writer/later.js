const PAUSE = 400

/** @type {Set<() => void>} */
const tasks = new Set()
/** @type {ReturnType<typeof setTimeout>} */
let timer

/**
 * Does something when typing pauses, or at the last moment before the page goes.
 * @param {() => void} task once, however often it is asked for
 */
export function later(task) {
  tasks.add(task)
  clearTimeout(timer)
  timer = setTimeout(catchUp, PAUSE)
}

function catchUp() {
  for (const task of tasks) task()
  tasks.clear()
}

for (const name of ['pagehide', 'visibilitychange']) addEventListener(name, catchUp)
