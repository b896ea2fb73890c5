// Shows the queue of gen-dhparams in a browser, read only: http://127.0.0.1:3000/
//   npm install bullmq ioredis express @bull-board/api @bull-board/express
//   node bull-board.mjs redis://HOST:6379
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { ExpressAdapter } from "@bull-board/express";
import { Queue } from "bullmq";
import express from "express";
import { Redis } from "ioredis";

const [url, port = 3000] = process.argv.slice(2);
const settings = { connection: new Redis(url), prefix: "gen_dhparams" };
const queues = ["units-1", "machines"].map(
	(name) =>
		new BullMQAdapter(new Queue(name, settings), { readOnlyMode: true }),
);
const serverAdapter = new ExpressAdapter();
createBullBoard({ queues, serverAdapter });
express().use(serverAdapter.getRouter()).listen(Number(port), "127.0.0.1");
