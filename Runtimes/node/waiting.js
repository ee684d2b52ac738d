'use strict';
// A process that is started before there is a function for it: it loads what functions and their SDKs commonly use, and waits for
// its assignment, one message on standard input: the environment variables, each ended by NUL. It has no function's code and no
// secret until then, and serves one environment of one function.

const fs = require('fs');
const net = require('net');

const MESSAGE_MAXIMUM = 128 * 1024;
const COMMON = [
  'assert', 'async_hooks', 'buffer', 'child_process', 'crypto', 'diagnostics_channel', 'dns', 'events', 'fs', 'fs/promises', 'http',
  'http2', 'https', 'net', 'os', 'path', 'perf_hooks', 'process', 'querystring', 'stream', 'stream/promises', 'string_decoder',
  'timers', 'timers/promises', 'tls', 'tty', 'url', 'util', 'zlib',
];

function assignment() {
  const bytes = Buffer.allocUnsafeSlow(MESSAGE_MAXIMUM);
  let length = 0;
  try {
    length = fs.readSync(0, bytes, 0, bytes.length, null);
  } catch {
    // As if the server had gone.
  }
  if (length === 0) process.exit(0);
  fs.closeSync(0);
  fs.openSync('/dev/null', 'r+'); // The lowest number that is free: standard input again.
  const variables = bytes.toString('utf8', 0, length).split('\0');
  bytes.fill(0, 0, length);
  return variables;
}

function become(variables) {
  const env = process.env;
  const wanted = new Map();
  for (const variable of variables) {
    const equals = variable.indexOf('=');
    if (equals > 0) wanted.set(variable.slice(0, equals), variable.slice(equals + 1));
  }
  for (const name of Object.keys(env)) if (!wanted.has(name)) delete env[name];
  for (const [name, value] of wanted) if (env[name] !== value) env[name] = value;
  process.chdir(env.LAMBDA_TASK_ROOT);
  require('module').Module._initPaths(); // NODE_PATH, which was read at the start.
}

const EVENT = 'HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 0\r\nLambda-Runtime-Deadline-Ms: 0\r\nContent-Length: 2\r\n\r\n{}';

/// Goes once through what a function goes through up to its first answer, with one of its own and over a connection to itself: what
/// is compiled at its first use is then. Without such a connection it goes on as far as it gets.
function rehearse(Runtime) {
  become([...Object.entries(process.env).map((variable) => variable.join('=')), 'LAMBDA_TASK_ROOT=.']);
  return new Promise((resolve) => {
    const sockets = [];
    const server = net.createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write(EVENT);
        socket.once('data', () => socket.destroy());
      });
    });
    const end = () => {
      for (const socket of sockets) socket.destroy();
      server.close(resolve);
    };
    server.on('error', end);
    server.listen(0, '127.0.0.1', () => {
      new Runtime().start(`127.0.0.1:${server.address().port}`, __dirname, 'rehearsal.handler', end);
    });
  });
}

/// The loader of ECMAScript modules is made and compiled at its first use.
function importOnce() {
  return import(`file://${__dirname}/rehearsal.mjs`).then((module) => module.handler());
}

/// Waits, and calls `main` once the process is a function's.
module.exports = function wait(main, Runtime) {
  process.argv.splice(2);
  for (const name of COMMON) {
    try {
      require(name);
    } catch {
      // A Node.js that was built without it.
    }
  }
  importOnce().then(() => rehearse(Runtime)).catch(() => {}).then(() => setImmediate(() => {
    // What the start alone needed. So the function begins with an empty nursery, too, whose first collection would else come
    // with its first event.
    require('./memory.js')();
    become(assignment());
    main();
  }));
};
