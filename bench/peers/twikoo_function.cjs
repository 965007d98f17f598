// Twikoo's function behind a port, with what it asks of its cloud kept in memory: POST {event, caller, …}.
const { randomUUID } = require("node:crypto");
const { createServer } = require("node:http");
const Module = require("node:module");

const installed = Module.createRequire(`${process.cwd()}/`);
const tables = new Map([
  [
    "config",
    [
      {
        ADMIN_PASS: "set",
        CREDENTIALS: "{}",
        LIMIT_PER_MINUTE: "0",
        LIMIT_PER_MINUTE_ALL: "0",
        LIMIT_LENGTH: "0",
        COMMENT_PAGE_SIZE: "1000",
        BLOGGER_EMAIL: "owner@example.org",
        FORBIDDEN_WORDS: "forbidden",
      },
    ],
  ],
]);
let caller = "";
let calls = 0;

const any = (...queries) => ({ any: queries });
const command = {
  neq: (wanted) => (value) => value !== wanted,
  in: (wanted) => (value) => wanted.includes(value ?? null) || wanted.includes(value),
  lt: (wanted) => (value) => value < wanted,
  gt: (wanted) => (value) => value > wanted,
  or: any,
};

function fits(row, query) {
  if (query.any) return query.any.some((each) => fits(row, each));
  return Object.entries(query).every(([name, wanted]) =>
    typeof wanted === "function" ? wanted(row[name]) : row[name] === wanted,
  );
}

function rowsOf(name) {
  if (!tables.has(name)) tables.set(name, []);
  return tables.get(name);
}

function selection(name, query = {}, order = [], from = 0, count = Number.POSITIVE_INFINITY) {
  const chosen = () => {
    const found = rowsOf(name).filter((row) => fits(row, query));
    const [field, way] = order;
    if (field) found.sort((a, b) => ((a[field] ?? 0) - (b[field] ?? 0)) * (way === "desc" ? -1 : 1));
    return found.slice(from, from + count);
  };
  return {
    where: (wanted) => selection(name, wanted, order, from, count),
    doc: (id) => selection(name, { _id: id }),
    orderBy: (field, way) => selection(name, query, [field, way], from, count),
    skip: (number) => selection(name, query, order, number, count),
    limit: (number) => selection(name, query, order, from, number),
    get: async () => ({ data: chosen().map((row) => ({ ...row })) }),
    count: async () => ({ total: chosen().length }),
    update: async (changed) => ({
      updated: chosen().map((row) => Object.assign(row, changed)).length,
    }),
    delete: async () => {
      const gone = chosen();
      tables.set(
        name,
        rowsOf(name).filter((row) => !gone.includes(row)),
      );
      return { deleted: gone.length };
    },
    add: async (row) => {
      const id = randomUUID().replaceAll("-", "");
      rowsOf(name).push({ _id: id, ...row });
      return { id };
    },
  };
}

const cloud = {
  init: () => ({
    auth: () => ({
      // Each call comes from an address of its own, for it counts them.
      getClientIP: () => `192.0.2.${calls}`,
      getEndUserInfo: () => ({ userInfo: { uid: caller, customUserId: caller } }),
    }),
    database: () => ({ command, collection: (name) => selection(name) }),
    callFunction: async () => {},
  }),
};
const load = Module._load;
Module._load = (name, ...rest) =>
  name === "@cloudbase/node-sdk" ? cloud : load(name, ...rest);
console.log = console.info = () => {};
const { main } = installed("twikoo-func");
const { marked } = installed("marked");

createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const event = JSON.parse(Buffer.concat(parts).toString());
  caller = event.caller;
  calls += 1;
  // As its widget does before it sends.
  if (event.markdown) event.comment = marked(event.markdown, { gfm: true, breaks: true });
  response.end(JSON.stringify(await main(event, { function_name: "twikoo" })));
}).listen(Number(process.env.PORT), "127.0.0.1");
