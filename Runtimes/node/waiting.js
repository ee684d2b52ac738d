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
  bytes.fill(0);
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

/// What is compiled and made at its first use: the loader of ECMAScript modules, and connections.
function warmUp() {
  const refused = new Promise((resolve) => {
    const socket = net.connect({ path: '/dev/null' });
    socket.on('data', () => {});
    socket.on('error', () => {});
    socket.on('close', resolve);
    socket.write('');
    socket.destroy();
  });
  const loaded = import('data:text/javascript,export%20default%20async()=>0').then((module) => module.default());
  return Promise.all([refused, loaded]).catch(() => {});
}

/// Gives back what the start has left, and so has the function begin with an empty nursery: its first collection would else come
/// with its first event.
function collect() {
  try {
    const { setFlagsFromString } = require('v8');
    setFlagsFromString('--expose-gc');
    const collection = require('vm').runInNewContext('gc');
    setFlagsFromString('--no-expose-gc');
    setFlagsFromString('--optimize-for-size');
    collection();
    collection();
    setFlagsFromString('--no-optimize-for-size');
  } catch {
    // A Node.js without the flags.
  }
}

/// Waits, and calls `main` once the process is a function's.
module.exports = function wait(main) {
  process.argv.splice(2);
  for (const name of COMMON) {
    try {
      require(name);
    } catch {
      // A Node.js that was built without it.
    }
  }
  warmUp().then(() => setImmediate(() => {
    collect();
    become(assignment());
    main();
  }));
};
