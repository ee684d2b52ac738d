'use strict';
// Apus's runtime client for Node.js: the Lambda Runtime API on one raw socket, and Lambda's handler conventions.
// The response and the poll for the next event leave in one write.

const net = require('net');
const { Writable } = require('stream');
const path = require('path');
const fs = require('fs');
const { setImmediate } = globalThis; // Functions may put others in their place.

const API = '/2018-06-01/runtime/';
const env = process.env;
let requestId;
let tenantId;
let util;
const format = (values) => (util || (util = require('util'))).format(...values);

// Log lines: one frame is one log event, however many lines it has.

function writeRecord(text) {
  const data = Buffer.from(text);
  const header = Buffer.from([0xff, 0xa5, 0, 0, 0, 0]);
  header.writeUInt32BE(data.length, 2);
  const record = Buffer.concat([header, data]);
  for (let sent = 0; sent < record.length;) {
    try {
      sent += fs.writeSync(1, record, sent);
    } catch (error) {
      if (error.code !== 'EAGAIN') return;
    }
  }
}

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
let inJSON = false;
let lowest = 0;

function errorFields(error) {
  const errorType = error instanceof RuntimeFault ? error.name : error.constructor?.name || error.name;
  return { errorType, errorMessage: error.message, stackTrace: String(error.stack).split('\n') };
}

/// One value stays what it is; several become a text, and the first error among them is told beside it.
function writeJSON(level, values) {
  const record = { timestamp: new Date().toISOString(), level, requestId, tenantId };
  if (values.length === 1) {
    record.message = values[0];
  } else {
    record.message = format(values);
    const error = values.find((value) => value instanceof Error);
    if (error) Object.assign(record, errorFields(error));
  }
  const replace = (name, value) => (value instanceof Error ? { ...value, ...errorFields(value) } : value);
  let text;
  try {
    text = JSON.stringify(record, replace);
  } catch {
    text = JSON.stringify({ ...record, message: format(values) });
  }
  writeRecord(text);
}

function writeLevel(level, values) {
  if (LEVELS.indexOf(level) < lowest) return;
  if (inJSON) return writeJSON(level, values);
  writeRecord(`${new Date().toISOString()}\t${requestId}\t${level}\t${format(values)}`);
}

function patchConsole() {
  console.log = (...values) => writeLevel('INFO', values);
  console.info = (...values) => writeLevel('INFO', values);
  console.warn = (...values) => writeLevel('WARN', values);
  console.error = (...values) => writeLevel('ERROR', values);
  console.debug = (...values) => writeLevel('DEBUG', values);
  console.trace = (...values) => {
    if (inJSON) return writeLevel('TRACE', values);
    const trace = new Error(format(values));
    trace.name = 'Trace';
    writeLevel('TRACE', [trace.stack]);
  };
}

// Errors

class RuntimeFault extends Error {
  constructor(name, message, cause) {
    super(message);
    this.name = name;
    if (cause && cause.stack) {
      const frames = String(cause.stack).split('\n').filter((line) => /^\s+at /.test(line));
      this.stack = [`${name}: ${message}`, ...frames].join('\n');
    }
  }
}

const isError = (value) => value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';

function errorPayload(error) {
  try {
    if (isError(error)) {
      const stack = String(error.stack || `${error.name}: ${error.message}`);
      return { errorType: error.name, errorMessage: error.message, trace: stack.split('\n') };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage: 'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
    };
  }
}

function logError(title, error) {
  if (inJSON) return writeLevel('ERROR', [title, error]);
  const fields = errorPayload(error);
  const record = { errorType: fields.errorType, errorMessage: fields.errorMessage };
  if (isError(error)) {
    for (const key of Object.keys(error)) if (!(key in record) && key !== 'name') record[key] = error[key];
  }
  record.stack = fields.trace;
  let text;
  try {
    text = JSON.stringify(record);
  } catch {
    text = JSON.stringify({ errorType: fields.errorType, errorMessage: fields.errorMessage, stack: fields.trace });
  }
  writeRecord(`${new Date().toISOString()}\t${requestId}\tERROR\t${title} \t${text}`);
}

// The Runtime API: one connection for everything; answers are read in order.

class Connection {
  /// `onEnd` is called when the server has gone.
  constructor(address, onAnswer, onEnd) {
    const [host, port] = address.split(':');
    this.host = address;
    this.chunks = [];
    this.size = 0;
    this.wanted = 0;
    this.onAnswer = onAnswer;
    this.socket = net.connect({ port: Number(port), host, noDelay: true });
    this.socket.on('data', (data) => this.take(data));
    this.socket.on('close', onEnd);
    this.socket.on('error', onEnd);
  }

  take(data) {
    this.chunks.push(data);
    this.size += data.length;
    while (this.size > 0 && this.size >= this.wanted) {
      const buffer = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks, this.size);
      this.chunks = [buffer];
      this.wanted = 0;
      const end = buffer.indexOf('\r\n\r\n');
      if (end < 0) {
        this.wanted = this.size + 1;
        return;
      }
      const headers = {};
      const lines = buffer.latin1Slice(0, end).split('\r\n');
      for (let index = 1; index < lines.length; index++) {
        const colon = lines[index].indexOf(':');
        headers[lines[index].slice(0, colon).toLowerCase()] = lines[index].slice(colon + 1).trim();
      }
      const stop = end + 4 + Number(headers['content-length'] || 0);
      if (buffer.length < stop) {
        this.wanted = stop;
        return;
      }
      const rest = buffer.subarray(stop);
      this.chunks = rest.length ? [rest] : [];
      this.size = rest.length;
      this.onAnswer(headers, buffer.subarray(end + 4, stop));
    }
  }

  get poll() {
    return `GET ${API}invocation/next HTTP/1.1\r\nHost: ${this.host}\r\nApus-Gives-Back: memory\r\n\r\n`;
  }

  post(resource, body, errorType) {
    const type = errorType ? `Lambda-Runtime-Function-Error-Type: ${String(errorType).replace(/[^\x21-\x7e]/g, '?')}\r\n` : '';
    return `POST ${API}${resource} HTTP/1.1\r\nHost: ${this.host}\r\nContent-Type: application/json\r\n${type}` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  }

  send(text, done) {
    this.socket.write(text, 'utf8', done);
  }
}

// Handlers that stream their response

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
const INTEGRATION = 'application/vnd.awslambda.http-integration-response';

/// The body of a response that leaves in chunks, as the handler writes it.
class ResponseStream extends Writable {
  constructor(connection, id, options) {
    super(options);
    this.connection = connection;
    this.id = id;
    this.contentType = 'application/octet-stream';
    this.begun = false;
    this.answered = false;
  }

  setContentType(type) {
    if (this.begun) throw new Error('Cannot set content-type, too late.');
    this.contentType = String(type).replace(/[^\x20-\x7e]/g, '?');
  }

  write(chunk, encoding, callback) {
    const isPlain = typeof chunk === 'string' || chunk instanceof Uint8Array;
    return super.write(isPlain ? chunk : JSON.stringify(chunk), encoding, callback);
  }

  frame(chunk) {
    return Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
  }

  begin() {
    if (this.begun) return [];
    this.begun = true;
    const parts = [Buffer.from(
      `POST ${API}invocation/${this.id}/response HTTP/1.1\r\nHost: ${this.connection.host}\r\n` +
      `Content-Type: ${this.contentType}\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n` +
      'Transfer-Encoding: chunked\r\n' +
      'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n')];
    if (this._onBeforeFirstWrite) {
      this._onBeforeFirstWrite((chunk) => {
        const bytes = Buffer.from(chunk);
        if (bytes.length) parts.push(this.frame(bytes));
      });
    }
    return parts;
  }

  _write(chunk, encoding, callback) {
    if (this.answered) return callback();
    const parts = this.begin();
    if (chunk.length) parts.push(this.frame(chunk));
    this.connection.socket.write(Buffer.concat(parts), callback);
  }

  _final(callback) {
    if (this.answered) return callback();
    this.answered = true;
    this.connection.socket.write(Buffer.concat([...this.begin(), Buffer.from('0\r\n\r\n')]), callback);
  }

  /// Ends what has begun with an error; nothing that is written later leaves.
  abort(payload) {
    this.answered = true;
    const type = String(payload.errorType).replace(/[^\x21-\x7e]/g, '?');
    const body = Buffer.from(JSON.stringify(payload)).toString('base64');
    this.connection.send(
      `0\r\nLambda-Runtime-Function-Error-Type: ${type}\r\nLambda-Runtime-Function-Error-Body: ${body}\r\n\r\n`);
  }
}

globalThis.awslambda = {
  streamifyResponse(handler, options) {
    handler[STREAMING] = 'response';
    if (typeof options?.highWaterMark !== 'undefined') handler[HIGH_WATER_MARK] = Number.parseInt(options.highWaterMark);
    return handler;
  },
  HttpResponseStream: class HttpResponseStream {
    static from(stream, prelude) {
      stream.setContentType(INTEGRATION);
      const metadata = JSON.stringify(prelude);
      stream._onBeforeFirstWrite = (write) => {
        write(metadata);
        write(new Uint8Array(8));
      };
      return stream;
    }
  },
};

// The handler

function isModuleFolder(folder) {
  for (let current = folder; ; current = path.dirname(current)) {
    const file = path.join(current, 'package.json');
    if (fs.existsSync(file)) {
      try {
        return JSON.parse(fs.readFileSync(file, 'utf8')).type === 'module';
      } catch {
        return false;
      }
    }
    if (current === path.dirname(current)) return false;
  }
}

async function loadModule(root, folder, name) {
  const base = path.resolve(root, folder, name);
  if (fs.existsSync(`${base}.js`)) {
    return isModuleFolder(path.dirname(base)) ? import(`file://${base}.js`) : require(`${base}.js`);
  }
  if (fs.existsSync(`${base}.mjs`)) return import(`file://${base}.mjs`);
  if (fs.existsSync(`${base}.cjs`)) return require(`${base}.cjs`);
  if (fs.existsSync(base)) return require(base);
  return require(require.resolve(name, { paths: [root, path.join(root, folder)] }));
}

async function loadHandler(root, handler) {
  if (handler.includes('..')) {
    throw new RuntimeFault('Runtime.MalformedHandlerName', `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
  }
  const base = path.basename(handler);
  const folder = handler.slice(0, handler.length - base.length);
  const dot = base.indexOf('.');
  if (dot < 1 || dot === base.length - 1) throw new RuntimeFault('Runtime.MalformedHandlerName', 'Bad handler');
  let loaded;
  try {
    loaded = await loadModule(root, folder, base.slice(0, dot));
  } catch (error) {
    if (error instanceof SyntaxError) throw new RuntimeFault('Runtime.UserCodeSyntaxError', error.toString(), error);
    if (error && (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND')) {
      throw new RuntimeFault('Runtime.ImportModuleError', error.toString(), error);
    }
    throw error;
  }
  let found = loaded;
  for (const part of base.slice(dot + 1).split('.')) {
    found = found && (found[part] !== undefined ? found[part] : found.default && found.default[part]);
  }
  if (found === undefined || found === null) {
    throw new RuntimeFault('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (typeof found !== 'function') throw new RuntimeFault('Runtime.HandlerNotFound', `${handler} is not a function`);
  return found;
}

class Runtime {
  constructor() {
    this.handler = null;
    this.busy = false;
    this.skip = 0;
    this.afterEmptyLoop = null;
  }

  /// Takes what befalls the whole process: an empty event loop, and errors that nobody catches.
  watch() {
    process.on('beforeExit', () => {
      const action = this.afterEmptyLoop;
      this.afterEmptyLoop = null;
      if (action) action();
    });
    process.on('uncaughtException', (error) => this.fail('Uncaught Exception', error, 129));
    process.on('unhandledRejection', (reason) => {
      const fault = new RuntimeFault(
        'Runtime.UnhandledPromiseRejection', isError(reason) ? reason.toString() : String(reason), reason);
      fault.reason = reason;
      this.fail('Unhandled Promise Rejection', fault, 128);
    });
  }

  start(address, folder, handler, onEnd) {
    // Loading goes on while the connection is being made; the first write waits for it by itself.
    this.connection = new Connection(address, (headers, body) => this.answer(headers, body), onEnd);
    loadHandler(folder, handler).then(
      (handler) => {
        this.handler = handler;
        this.connection.send(this.connection.poll);
      },
      (error) => this.fail('Uncaught Exception', error, 1));
  }

  /// Reports an error that ends the process: of initialisation, or one that escaped the handler.
  fail(title, error, status) {
    logError(title, error);
    const payload = errorPayload(error);
    const resource = this.busy ? `invocation/${requestId}/error` : 'init/error';
    this.ending = status;
    if (!this.handler || this.busy) {
      this.connection.socket.ref();
      // What was answered whole stays so.
      if (this.stream && this.stream.answered) return this.connection.socket.end(() => process.exit(status));
      if (this.stream && this.stream.begun) this.stream.abort(payload);
      else this.connection.send(this.connection.post(resource, JSON.stringify(payload), payload.errorType));
      setTimeout(() => process.exit(status), 1000);
    } else {
      process.exit(status);
    }
  }

  answer(headers, body) {
    if (this.ending !== undefined) process.exit(this.ending);
    if (this.skip > 0) {
      this.skip -= 1;
      return;
    }
    if (headers['apus-give-back'] !== undefined) return this.giveBack();
    requestId = headers['lambda-runtime-aws-request-id'];
    if (!requestId) return;
    tenantId = headers['lambda-runtime-aws-tenant-id'];
    if (headers['lambda-runtime-trace-id']) env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
    else delete env._X_AMZN_TRACE_ID;
    this.busy = true;
    if (this.handler[STREAMING]) this.invokeStreaming(headers, body);
    else this.invoke(headers, body);
  }

  /// The server has no event, and has had none for a while: what is not needed until the next one is given back.
  giveBack() {
    // A whole turn of the event loop comes first: timers that are due, and what the function's connections have received.
    setImmediate(() => setImmediate(() => {
      const { poll, socket } = this.connection;
      let sent = 0;
      try {
        // Everything before has left: the server has answered it.
        sent = require('./memory.js')(socket._handle?.fd, poll);
      } finally {
        if (sent < poll.length) this.connection.send(poll.slice(sent));
      }
    }));
  }

  invokeStreaming(headers, body) {
    const mark = this.handler[HIGH_WATER_MARK];
    const stream = new ResponseStream(this.connection, requestId, mark === undefined ? {} : { highWaterMark: mark });
    this.stream = stream;
    this.connection.socket.unref();
    this.afterEmptyLoop = () => this.neverSettled();
    let isOver = false;
    const end = (error) => {
      if (isOver || this.stream !== stream) return;
      isOver = true;
      this.stream = null;
      this.afterEmptyLoop = null;
      this.busy = false;
      this.connection.socket.ref();
      this.skip += 1;
      if (error === undefined) {
        this.connection.send(this.connection.poll);
      } else if (!stream.begun) {
        stream.answered = true;
        this.connection.send(this.failure(error) + this.connection.poll);
      } else {
        logError('Invoke Error', error);
        if (!stream.answered) stream.abort(errorPayload(error));
        this.connection.send(this.connection.poll);
      }
    };
    const fail = (error) => end(error === undefined || error === null ? new Error(String(error)) : error);
    const written = new Promise((resolve, reject) => {
      stream.once('finish', resolve);
      stream.once('error', reject);
      stream.once('close', resolve);
    });
    written.catch(fail);
    let returned;
    try {
      const context = this.context(headers, (error) => { if (error) fail(error); });
      returned = this.handler(JSON.parse(body.toString('utf8')), stream, context);
    } catch (error) {
      return fail(error);
    }
    Promise.resolve(returned).then(() => written).then(() => {
      if (stream.answered) end();
      else fail(new Error('The response stream was destroyed before its end.'));
    }, fail);
  }

  context(headers, done) {
    const deadline = Number(headers['lambda-runtime-deadline-ms']);
    const parse = (text) => (text ? JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) : undefined);
    const context = {
      callbackWaitsForEmptyEventLoop: true,
      functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
      functionName: env.AWS_LAMBDA_FUNCTION_NAME,
      memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
      clientContext: parse(headers['lambda-runtime-client-context']),
      identity: parse(headers['lambda-runtime-cognito-identity']),
      invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
      awsRequestId: requestId,
      tenantId,
      getRemainingTimeInMillis: () => deadline - Date.now(),
    };
    context.done = (error, value) => done(error, value);
    context.succeed = (value) => { context.callbackWaitsForEmptyEventLoop = false; done(null, value); };
    context.fail = (error) => { context.callbackWaitsForEmptyEventLoop = false; done(error === undefined ? null : error); };
    return context;
  }

  invoke(headers, body) {
    const current = requestId;
    let settled = false;
    let context;
    const finish = (error, value) => {
      if (this.busy && requestId === current) this.finish(error, value);
    };
    const callback = (error, value) => {
      if (settled) return;
      settled = true;
      const failed = error !== undefined && error !== null;
      if (failed || !context.callbackWaitsForEmptyEventLoop) finish(error, value);
      else this.afterEmptyLoop = () => finish(error, value);
    };
    // While the handler runs, the connection must not keep the event loop from becoming empty.
    this.connection.socket.unref();
    this.afterEmptyLoop = () => finish(null, null);
    let returned;
    try {
      context = this.context(headers, callback);
      returned = this.handler(JSON.parse(body.toString('utf8')), context, callback);
    } catch (error) {
      settled = true;
      this.finish(error === undefined || error === null ? new Error(String(error)) : error);
      return;
    }
    if (returned && typeof returned.then === 'function') {
      if (!settled) this.afterEmptyLoop = () => this.neverSettled();
      returned.then(
        (value) => { if (!settled) { settled = true; finish(null, value); } },
        (error) => { if (!settled) { settled = true; finish(error === undefined || error === null ? new Error(String(error)) : error); } });
    }
  }

  neverSettled() {
    const fault = new RuntimeFault(
      'Runtime.NodeJsExit',
      'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes');
    this.fail('Unexpected exit', fault, 13);
  }

  finish(error, value) {
    this.afterEmptyLoop = null;
    this.busy = false;
    this.connection.socket.ref();
    let message;
    if (error !== null && error !== undefined) {
      message = this.failure(error);
    } else {
      try {
        const text = JSON.stringify(value === undefined ? null : value);
        message = this.connection.post(`invocation/${requestId}/response`, text === undefined ? 'null' : text);
      } catch (failure) {
        message = this.failure(new RuntimeFault('Runtime.MarshalError', `Unable to stringify response body: ${failure.message}`, failure));
      }
    }
    this.skip += 1;
    this.connection.send(message + this.connection.poll);
  }

  failure(error) {
    logError('Invoke Error', error);
    const payload = errorPayload(error);
    return this.connection.post(`invocation/${requestId}/error`, JSON.stringify(payload), payload.errorType);
  }
}

function main() {
  inJSON = env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
  lowest = inJSON ? Math.max(LEVELS.indexOf(env.AWS_LAMBDA_LOG_LEVEL), 0) : 0;
  requestId = undefined; // A rehearsal has had one.
  tenantId = undefined;
  const runtime = new Runtime();
  runtime.watch();
  // When the server has gone, this environment goes with it.
  runtime.start(env.AWS_LAMBDA_RUNTIME_API, env.LAMBDA_TASK_ROOT, env._HANDLER, () => process.exit(0));
}

patchConsole();
if (process.argv[2] === '--wait') require('./waiting.js')(main, Runtime);
else main();
