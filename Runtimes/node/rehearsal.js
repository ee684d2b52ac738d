'use strict';
// The function of a process that waits for one: see rehearse in waiting.js.

exports.handler = async () => ({});
