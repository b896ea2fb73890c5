import { Command } from "commander";

/** `gen-dhparams moduli filter [file]`. */
export function moduliFilterCommand(): Command {
	return new Command("filter").argument("[file]");
}
