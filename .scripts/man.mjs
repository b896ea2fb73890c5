// Writes the manual page from the help of each command: npm run docs:man
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const COMMANDS = [
	"check",
	"probe",
	"explain",
	"config",
	"groups",
	"convert",
	"ensure",
	"bench",
];
const { version, description } = JSON.parse(
	readFileSync("package.json", "utf8"),
);

const help = (...args) =>
	execFileSync(process.execPath, ["dist/src/cli/main.js", ...args, "--help"], {
		encoding: "utf8",
	});
const escaped = (text) =>
	text
		.trimEnd()
		.replaceAll("\\", "\\e")
		.replaceAll("-", "\\-")
		.replace(/^(['.])/gm, "\\&$1");

process.stdout.write(`.TH GEN\\-DHPARAMS 1 "" "gen\\-dhparams ${version}" "User Commands"
.SH NAME
gen\\-dhparams \\- ${escaped(description)}
.SH DESCRIPTION
.nf
${escaped(help())}
.fi
${COMMANDS.map(
	(name) => `.SH "gen\\-dhparams ${name}"
.nf
${escaped(help(name))}
.fi
`,
).join("")}.SH "SEE ALSO"
.BR dhparam (1ssl),
.BR openssl (1)
`);
