import { Command } from "commander";

/** `gen-dhparams moduli check [file…]`. */
export function moduliCheckCommand(): Command {
	return new Command("check").argument("[file...]");
}
