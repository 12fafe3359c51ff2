// SPDX-License-Identifier: GPL-3.0-or-later
// Usage: server.js MODULES DATA PORT-FILE: an S3-compatible server that checks signatures, on this machine alone, with the
// buckets that DATA has as folders. Its port is written to PORT-FILE.
//
// Each request is a line of DATA.log: method, address, status, which headers were signed, whether the body is what the
// signed hash says. As long as DATA.trouble has lines, "STATUS BODY" each, a request is answered with the first, which is
// taken away.
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

const [modules, data, portFile] = process.argv.slice(2);
const s3rver = path.join(modules, 'node_modules', '@20minutes', 's3rver');
const S3rver = require(s3rver);
const account = require(path.join(s3rver, 'lib', 'models', 'account')).DUMMY_ACCOUNT;

account.createKeyPair('AKIAPLANTEDKEY', 'planted/secret+key=');

// Its lists go on with a token that it encrypts by DES, which OpenSSL 3 no longer has; thrice with one key it is the same.
for (const name of ['createCipheriv', 'createDecipheriv']) {
	const create = crypto[name];

	crypto[name] = (cipher, key, ...rest) =>
		cipher === 'des' ? create('des-ede3-cbc', Buffer.concat([key, key, key]), ...rest) : create(cipher, key, ...rest);
}

const server = new S3rver({
	address: '127.0.0.1',
	port: 0,
	directory: data,
	vhostBuckets: false,
	silent: true,
	configureBuckets: fs.readdirSync(data).map((name) => ({ name, configs: [] })),
});

function trouble() {
	const file = `${data}.trouble`;
	const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];

	if (!lines.length) return null;
	fs.writeFileSync(file, lines.slice(1).map((line) => `${line}\n`).join(''));
	return [Number(lines[0].slice(0, 3)), lines[0].slice(4)];
}

// What was stored, and its hash; of what has no body, nothing's.
function payload(ctx) {
	const stored = path.join(data, decodeURIComponent(ctx.path)) + '._S3rver_object';
	const body = ctx.method === 'PUT' && ctx.status === 200 ? fs.readFileSync(stored) : '';
	const hash = crypto.createHash('sha256').update(body).digest('hex');

	return hash === ctx.get('x-amz-content-sha256') ? 'payload-signed' : 'payload-DIFFERS';
}

async function note(ctx, next) {
	const asked = `${ctx.method} ${ctx.originalUrl}`;
	const signed = (ctx.get('authorization').match(/SignedHeaders=([^,]*)/) || [])[1];
	const answer = trouble();

	try {
		if (answer) [ctx.status, ctx.body] = answer;
		else await next();
	} catch (error) {
		ctx.status = error.status || 500;
		throw error;
	} finally {
		fs.appendFileSync(`${data}.log`, `${asked} ${ctx.status} ${signed} ${answer ? 'trouble' : payload(ctx)}\n`);
	}
}

server.middleware.unshift(note);
server.run().then(({ port }) => {
	fs.writeFileSync(`${portFile}.new`, `${port}\n`);
	fs.renameSync(`${portFile}.new`, portFile);
});
