#!/usr/bin/env node
// The command. Old releases of Node run this file too: its syntax is as old as they are, and it loads nothing before it
// knows the release.
const [major, minor] = process.versions.node.split(".").map(Number) as [
	number,
	number,
];
if (major < 20 || (major === 20 && minor < 20)) {
	process.stderr.write(
		`gen-dhparams: this is Node ${process.versions.node}; gen-dhparams needs Node 20.20 or later.\n`,
	);
	process.exitCode = 2;
} else {
	import("./main.js");
}
