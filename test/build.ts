import { execFileSync } from "node:child_process";

/** Compiles the product once before the tests: workers, wasm and the command line run from dist. */
export default function build(): void {
	execFileSync("npm", ["run", "--silent", "build"], { stdio: "inherit" });
}
