import { Command } from "commander";
import { moduliCheckCommand } from "./moduli-check.js";
import { moduliFilterCommand } from "./moduli-filter.js";
import type { MakeFlags } from "./moduli-make.js";
import { once } from "./options.js";
import { QUEUE_HELP, takeSharedFlags } from "./queue-flags.js";
import { SEARCH_HELP, takeSearchFlags } from "./search-flags.js";

const HELP = `Usage: gen-dhparams moduli --sizes LIST --per-size N [options]
       gen-dhparams moduli check FILE...
       gen-dhparams moduli filter FILE [options]

Makes, checks and filters the file from which sshd takes the groups of its
Diffie-Hellman group exchange, /etc/ssh/moduli. One deep sieve serves many
groups of a size, and all come from one seed: anyone can make the same file
again. docs/moduli.md describes the whole.

Commands:
  check FILE...        check a table, each line as sshd reads it
  filter FILE          write the lines of some sizes, byte for byte

Options:
  --sizes LIST         sizes in bits, such as 3072,4096,6144,7680,8192
  --per-size N         how many groups of each size
  -g, --generator N    the generator of all groups, 2 to 255 (2)
  -o, --out FILE       write a file, atomically, mode 0644
  -f, --force          replace FILE if it exists
  --journal FILE       note in FILE what is decided; run the same command again
                       to go on after an interruption. With --out, this is
                       OUT.journal unless told otherwise, removed at the end
  --no-journal         keep no journal
  --resume FILE        use what this journal says too, of this or another
                       machine; it may be given several times, and stands for
                       --sizes, --per-size, --generator and --seed
${SEARCH_HELP}
  --queue URL          share the search with the machines that join this queue
${QUEUE_HELP}
  --units FILE         use the results of units in FILE, and add to them
  --allow-weak         allow 512 to 1023 bits, which clients refuse
  --json               print JSON: the seed and all groups
  --progress           show progress even where stderr is not a terminal
  --no-progress        show none
  -q, --quiet          no progress and no warnings
  -v, --verbose        say which engine searches, and why

Exit status: 0 done, 1 a file rejected, 2 bad usage or a file that cannot be
read or written, 130 interrupted.

Examples:
  gen-dhparams moduli --sizes 3072,4096,6144,7680,8192 --per-size 20 \\
    --out moduli
  gen-dhparams moduli check moduli
`;

/** `gen-dhparams moduli`; program.ts finds check and filter in it. */
export function moduliCommand(): Command {
	const command = takeSharedFlags(takeSearchFlags(new Command("moduli")))
		.option("--sizes <list>", "", once("--sizes"))
		.option("--per-size <n>", "", once("--per-size"))
		.option("-g, --generator <n>", "", once("--generator"))
		.option("-o, --out <file>", "", once("--out"))
		.option("-f, --force")
		.option("--journal <file>", "", once("--journal"))
		.option("--no-journal")
		.option("--resume <file>", "", (file: string, files: string[] = []) => [
			...files,
			file,
		])
		.option("--json")
		.option("--progress")
		.option("--no-progress")
		.option("-q, --quiet")
		.option("-v, --verbose")
		.helpCommand(false)
		.addCommand(moduliCheckCommand())
		.addCommand(moduliFilterCommand())
		.action(async (flags: MakeFlags) => {
			const { makeModuli } = await import("./moduli-make.js");
			await makeModuli(flags);
		});
	command.helpInformation = () => HELP;
	return command;
}
