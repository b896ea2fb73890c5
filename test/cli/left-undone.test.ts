import { expect, test, vi } from "vitest";

test("a command that can never end, since nothing that it waits for is left, does not exit with status 0", async () => {
	vi.doMock("../../src/cli/program.js", () => ({
		run: () => new Promise(() => {}),
	}));
	const others = process.listeners("exit");
	const { exitCode } = process;
	await import("../../src/cli/main.js");
	const added = process
		.listeners("exit")
		.filter((listener) => !others.includes(listener));
	try {
		for (const listener of added) listener(0);
		expect(process.exitCode).toBe(13);
	} finally {
		for (const listener of added) process.off("exit", listener);
		process.exitCode = exitCode;
	}
});
