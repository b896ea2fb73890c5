import { FORMATS_HELP } from "./formats.js";
import { QUEUE_HELP } from "./queue-flags.js";
import { SEARCH_HELP } from "./search-flags.js";

/** What `gen-dhparams --help` prints. */
export const HELP = `Usage: gen-dhparams [bits] [options]
       gen-dhparams check FILE...

Makes fresh Diffie-Hellman parameters for a mail, web or VPN server: a safe
prime p = 2q + 1 of the given size (2048 bits unless told otherwise) and a
generator of the subgroup of order q. The parameters go to standard output as
PEM, as from \`openssl dhparam\`; progress and messages go to standard error.

Commands:
  check FILE...        say whether the parameters in a file can be trusted
  ensure FILE          make sure that a file holds good parameters
  probe HOST[:PORT]... say which group a server really serves
  explain [MESSAGE|-]  say what an error message means, and how to fix it
  config [SERVER]      show how to configure a server to use the file
  groups [NAME]        list the standard groups, or print one
  convert FILE         write the parameters of a file in another format
  moduli [COMMAND]     make, check and filter OpenSSH's table of groups
  work                 do one part of a search, for job schedulers
  join                 do parts of the searches that wait at a queue
  bench                say how long each size takes on this machine
  help [COMMAND]       the help of a command; also COMMAND --help

Options:
  -2, -3, -5           the generator (2)
  -g, --generator N    any other generator, 2 to 255
  -o, --out FILE       write a file, atomically, mode 0644
  -f, --force          replace FILE if it exists
  --outform PEM|DER    the encoding (PEM)
${FORMATS_HELP}
  --text               print the values as text, like openssl -text
  --noout              leave out the PEM
  --json               print JSON: bits, p, g and the PEM
  --provable           also make a proof that p and q are prime, as a comment
                       above the PEM (docs/proofs.md)
  --certificate FILE   write that proof to a file: for PARI/GP where its name
                       ends in .gp, else as JSON
  --journal FILE       note in FILE what is decided; run the same command again
                       to go on after an interruption
  --resume FILE        go on with the search of this journal
  --queue URL          share the search with the machines that join this queue
                       (docs/machines.md)
${QUEUE_HELP}
  --units FILE         use the results of units in FILE, and add to them
${SEARCH_HELP}
  --allow-weak         allow 512 to 1023 bits, which clients refuse
  --progress           show progress even where stderr is not a terminal
  --no-progress        show none
  -q, --quiet          no progress and no warnings
  -v, --verbose        say which engine searches, and why

Sizes go from 512 to 16384 bits. The options of \`openssl dhparam\` work as
OpenSSL spells them: -out FILE, -out=FILE, --out FILE, --out=FILE.

Exit status: 0 done, 1 parameters rejected, 2 bad usage or a file that cannot
be read or written, 3 a host that cannot be reached or speaks no TLS,
4 a failed --reload command of ensure, 130 interrupted.

Examples:
  gen-dhparams 2048 > dhparams.pem
  gen-dhparams 3072 --out dhparams.pem
  gen-dhparams check dhparams.pem
`;
