import { Command } from "commander";
import { moduliCheckCommand } from "./moduli-check.js";
import { moduliFilterCommand } from "./moduli-filter.js";

const HELP = `Usage: gen-dhparams moduli check FILE...
       gen-dhparams moduli filter FILE [options]

Works on OpenSSH's table of groups, /etc/ssh/moduli. check reads it as sshd
does and tests each group; filter keeps the groups of some sizes. docs/moduli.md
describes both.

Commands:
  check FILE...        check a table, each line as sshd reads it
  filter FILE          write the lines of some sizes, byte for byte
`;

/** `gen-dhparams moduli`; program.ts finds check and filter in it. */
export function moduliCommand(): Command {
	const command = new Command("moduli")
		.addCommand(moduliCheckCommand())
		.addCommand(moduliFilterCommand());
	command.helpInformation = () => HELP;
	return command;
}
