import type { Job, Queue } from "bullmq";

/** A job of the queue; undefined where it is not there, or what is there is not a job. */
export async function readJob(
	queue: Queue,
	id: string,
): Promise<Job | undefined> {
	try {
		return await queue.getJob(id);
	} catch (error) {
		if (error instanceof SyntaxError || error instanceof TypeError) {
			return undefined;
		}
		throw error;
	}
}
