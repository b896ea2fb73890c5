#!/usr/bin/env bash
# Runs docs/machines/bull-board.mjs on a real Redis with a queue in it, and reads what it shows. What it needs comes from npm into a
# temporary folder, and is not a dependency. Needs the compiled package.
#   bash test/machines/bull/bull-board.sh
set -euo pipefail
cd "$(dirname "$0")/../../.."
repository=$PWD
command -v redis-server > /dev/null || { echo "*** SKIPPED: no redis-server. ***" >&2; exit 0; }
folder=$(mktemp -d)
started=()
trap 'kill "${started[@]}" 2> /dev/null || true; rm -rf "$folder"' EXIT

read -r redis board < <(node -e '
	const { createServer } = require("node:net");
	const servers = [0, 1].map(() => createServer().listen(0, "127.0.0.1"));
	setImmediate(() => {
		console.log(servers.map((server) => server.address().port).join(" "));
		for (const server of servers) server.close();
	});')
redis-server --port "$redis" --bind 127.0.0.1 --dir "$folder" --save "" > /dev/null &
started+=($!)

cd "$folder"
npm init --yes > init.log
npm install --no-audit --no-fund --ignore-scripts bullmq@6.7 ioredis@6 express@5 @bull-board/api@9 @bull-board/express@9 > install.log 2>&1
cp "$repository/docs/machines/bull-board.mjs" .
(cd "$repository" && exec node build/test/machines/bull/coordinator.js \
	"{\"url\":\"redis://127.0.0.1:$redis\",\"count\":7,\"options\":{\"search\":\"board\"}}") > events.log &
started+=($!)
node bull-board.mjs "redis://127.0.0.1:$redis" "$board" &
started+=($!)

node --input-type=module -e '
	const base = `http://127.0.0.1:${process.argv[1]}`;
	const read = (path) => fetch(base + path).then((answer) => answer.text(), () => "");
	const shown = async () =>
		JSON.parse((await read("/api/queues")) || "{}").queues
			?.map(({ name, counts, readOnlyMode }) => `${name} ${counts.waiting} ${readOnlyMode}`)
			.join();
	const wanted = "units-1 7 true,machines 0 true";
	for (let tries = 0; (await shown()) !== wanted; tries++) {
		if (tries === 100) throw new Error(`bull-board shows ${await shown()}`);
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
	if (!/<title>bull/i.test(await read("/"))) throw new Error("No page.");' "$board"
echo "bull-board: ok"
