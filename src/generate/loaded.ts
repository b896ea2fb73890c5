import { threadFailure } from "../threads/thread-failure.js";

/** @throws {@link WorkerError} for modules that cannot be loaded */
export async function loaded<T>(modules: Promise<T>): Promise<T> {
	try {
		return await modules;
	} catch (cause) {
		throw threadFailure(
			"A part of gen-dhparams could not be loaded",
			cause,
			"If it was installed anew in the meantime, start the program again.",
		);
	}
}
