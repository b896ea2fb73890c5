#!/usr/bin/env bash
# Compiles consumer.ts as its users may: each TypeScript release and way of resolving, without the DOM library, with all
# declarations checked. Usage: compile.sh FOLDER, where the package and the compilers are installed.
set -euo pipefail
cp "$(dirname "$0")/consumer.ts" "$1"
cd "$1"

runs=0
# RELEASE FILE MODULE RESOLUTION LIB TYPES
compile() {
	runs=$((runs + 1))
	cat > "tsconfig-$runs.json" <<- END
		{ "compilerOptions": {
			"noEmit": true, "strict": true, "exactOptionalPropertyTypes": true, "skipLibCheck": false, "target": "es2022",
			"module": "$3", "moduleResolution": "$4", "lib": [$5], "types": [$6]
		}, "files": ["$2"] }
	END
	echo "node_modules/typescript-$1/bin/tsc --project tsconfig-$runs.json${7:+ $7}" >> compile.list
}

cp consumer.ts consumer.mts
for release in 5.4 5.9 6.0 7; do
	compile $release consumer.mts nodenext nodenext '"es2022"' '"node"'
	compile $release consumer.ts esnext bundler '"es2022"' ''
done
for release in 5.4 7; do
	compile $release consumer.mts node16 node16 '"es2022"' '"node"'
	compile $release consumer.ts esnext bundler '"es2020", "dom"' ''
done
# TypeScript 6 announces the end of node10, 7 has none.
for release in 5.4 5.9; do compile $release consumer.ts esnext node10 '"es2022"' '"node"'; done
compile 6.0 consumer.ts esnext node10 '"es2022"' '"node"' "--ignoreDeprecations 6.0"

xargs --max-procs "$(nproc)" --max-lines=1 sh -c 'node "$@" || { echo "fails: $*" >&2; exit 1; }' sh < compile.list
echo "the types: compiled with TypeScript 5.4, 5.9, 6.0 and 7"
