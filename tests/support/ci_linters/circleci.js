// SPDX-License-Identifier: GPL-3.0-or-later
// Usage: node circleci.js FOLDER FILE     what CircleCI's own parser, installed in that folder, says of a file; exits 1 if anything
'use strict';
const { readFileSync } = require('fs');
const { join } = require('path');

const [folder, file] = process.argv.slice(2);
const { parseConfig } = require(join(folder, 'node_modules/@circleci/circleci-config-parser'));
try {
	const { jobs } = parseConfig(readFileSync(file, 'utf8'));
	console.log(`${file}: ${jobs.length} jobs`);
} catch (error) {
	console.log(`${file}: ${String(error.message).slice(0, 500)}`);
	process.exit(1);
}
