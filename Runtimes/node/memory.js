'use strict';
// Gives back the memory of which a process that waits needs little (native/trim.c): garbage, the nursery's pages, what the allocators
// keep, and those pages of Node.js's program that are as in the file, which come back when they are touched.

const { setFlagsFromString } = require('v8');
const path = require('path');

const { dlopen } = process;
const library = path.join(__dirname, 'trim.so');

// `socket` and `question`: a descriptor, and what is sent to it once all is given back. The result is how many of its bytes have been.
module.exports = function giveBack(socket, question) {
  const exports = { socket, question, sent: 0 };
  setFlagsFromString('--no-flush-bytecode'); // What has been compiled stays.
  try {
    dlopen.call(process, { exports }, library); // It works each time that it is loaded.
  } catch {
    // A Node.js without add-ons.
  }
  setFlagsFromString('--flush-bytecode');
  return exports.sent;
};
