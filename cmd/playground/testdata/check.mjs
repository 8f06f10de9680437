// Runs the engine of a site in node: node check.mjs SITE. It prints the figures of some frames
// as JSON. With a second argument it prints the speed: node check.mjs SITE speed.

import {writeSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {pathToFileURL} from "node:url";

const site = process.argv[2];
await import(pathToFileURL(join(site, "wasm_exec.js")));
const go = new Go();
const {instance} = await WebAssembly.instantiate(await readFile(join(site, "playground.wasm")), go.importObject);
go.run(instance);

function call(name, request) {
	const answer = ganderCall(name, JSON.stringify(request));
	if (answer.error) throw new Error(`${name}: ${answer.error} (${answer.hint})`);
	return answer.reply;
}

const layers = {heat: true, warp: true};

// read returns the header of a frame and all of its numbers.
function read(frame) {
	const view = new DataView(frame.buffer), length = view.getUint32(0, true);
	return [JSON.parse(new TextDecoder().decode(frame.subarray(4, 4 + length))), new Float32Array(frame.buffer, 4 + length)];
}

if (process.argv[3] !== "speed") {
	const frames = [];
	for (const settings of [[], ["data=ring", "objective=relativistic", "r1=0.1", "noise=normal"], ["data=grid", "unroll=2", "norm_d=spectral", "optimizer=sgd"]]) {
		call("open", {settings, layers});
		call("advance", {mode: "both", rounds: 20, layers});
		const [header, floats] = read(call("next", {layers}));
		frames.push({rounds: header.rounds, step: header.phase.step, numbers: Array.from(floats, (v) => Number.isNaN(v) ? null : v)});
	}
	try {
		call("open", {settings: ["batch=0"]});
	} catch (error) {
		frames.push({refused: error.message});
	}
	writeSync(1, JSON.stringify(frames));
} else {
	// The time is that of the processor: other programs of the machine do not count.
	const cost = (times, work) => {
		const before = process.cpuUsage();
		for (let i = 0; i < times; i++) work();
		const {user, system} = process.cpuUsage(before);
		return (user + system) / 1e6 / times;
	};
	call("open", {settings: [], layers});
	call("advance", {mode: "both", rounds: 500, layers});
	const round = cost(1, () => call("advance", {mode: "both", rounds: 2000, layers: {}})) / 2000;
	const frame = cost(120, () => call("frame", {layers}));
	console.log(`${Math.round(1 / round)} rounds/s alone; a frame takes ${(1000 * frame).toFixed(2)} ms; ${Math.round((1 - 60 * frame) / round)} rounds/s with 60 frames/s`);
}
process.exit(0);
