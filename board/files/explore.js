// The latent explorer: a plane of latent space to drag in, sliders for directions and
// codes, and the sample that follows.

import {announce, h, replace} from "../web/dom.js";
import {get, make} from "./api.js";
import {paint, show} from "./canvas.js";
import {figure} from "./format.js";
import {Plane, short} from "./latent.js";

const cells = 7; // of a side of the map

export function explorer(id, page) {
	const parameters = new URLSearchParams(location.hash.split("?")[1] ?? "");
	const e = {
		output: null, latent: null, step: -1, index: Number(parameters.get("index") ?? 0), seed: null, planeSeed: 1,
		base: null, plane: null, x: 0, y: 0, directions: [], given: {}, closed: false,
	};
	const sample = h("canvas", {class: "sample", role: "img", "aria-label": "the sample"});
	const map = h("canvas", {class: "map", "aria-hidden": "true"});
	const handle = h("span", {class: "handle"});
	const pad = h("div", {class: "pad", tabindex: 0, role: "slider", "aria-label": "Place in the plane. Arrow keys move it.", "aria-valuemin": -1, "aria-valuemax": 1, "aria-valuenow": 0}, map, handle);
	const about = h("p", {class: "small soft"});
	const speed = h("output", {class: "small soft"}), problem = h("p", {class: "notice bad", role: "alert", hidden: true});
	const outputs = h("select", {onchange: () => { e.output = system.outputs.find((o) => o.name === outputs.value); e.given = {}; chooseOutput(); }});
	const latents = h("select", {onchange: () => { e.latent = e.output.latents.find((l) => l.name === latents.value); chooseBase(); }});
	const steps = h("select", {onchange: () => { e.step = Number(steps.value); start(); }});
	const index = h("input", {type: "number", min: 0, value: e.index, onchange: () => { e.index = Math.max(0, Math.floor(Number(index.value) || 0)); chooseBase(); }});
	const conditions = h("div", {class: "row wrap"}), sliders = h("div", {class: "stack tight"}), classes = h("div", {class: "stack tight"});
	const controls = h("div", {class: "stack"});
	let system = null;

	function fail(error) {
		if (error.name === "AbortError" || e.closed) return;
		problem.textContent = error.message;
		problem.hidden = false;
	}

	async function start() {
		try {
			system = await get("api/system", {id, step: e.step < 0 ? undefined : e.step});
			if (e.closed) return;
			problem.hidden = true;
			e.step = system.step;
			drawSteps();
			if (!system.outputs.length) throw new Error("This system has no output from which samples are drawn.");
			const name = e.output?.name ?? parameters.get("output");
			e.output = system.outputs.find((o) => o.name === name) ?? system.outputs[0];
			replace(outputs, system.outputs.map((o) => h("option", {value: o.name}, o.name)));
			outputs.value = e.output.name;
			chooseOutput();
		} catch (error) {
			fail(error);
		}
	}

	function drawSteps() {
		const all = [...new Set([...page.checkpoints, system?.step].filter((s) => s >= 0))].sort((a, b) => b - a);
		replace(steps, all.map((s) => h("option", {value: s}, `step ${s}`)));
		steps.value = e.step;
	}

	function chooseOutput() {
		replace(latents, e.output.latents.map((l) => h("option", {value: l.name}, `${l.name}, ${l.size} ${l.size === 1 ? "number" : "numbers"}`)));
		e.latent = e.output.latents.find((l) => l.name === e.latent?.name) ?? [...e.output.latents].sort((a, b) => b.size - a.size)[0] ?? null;
		if (e.latent) latents.value = e.latent.name;
		e.directions = [];
		sample.classList.toggle("pixels", e.output.kind === "image");
		drawConditions();
		chooseBase();
	}

	// chooseBase fetches the latents of the middle of the plane and of its directions.
	async function chooseBase() {
		try {
			const at = (query) => get("api/inputs", {id, step: e.step, output: e.output.name, ...query});
			const seed = e.seed ?? undefined;
			const [base, first, second] = await Promise.all([at({index: e.index, seed}), at({index: 0, seed: e.planeSeed}), at({index: 1, seed: e.planeSeed})]);
			if (e.closed) return;
			problem.hidden = true;
			e.base = base;
			fillConditions();
			if (e.latent) {
				const name = e.latent.name;
				e.plane = new Plane(e.latent, base.latents[name], first.latents[name], second.latents[name]);
				[e.x, e.y] = e.plane.place(base.latents[name]);
				about.textContent = e.latent.size === 1 ? "Drag from left to right: the latent is one number." : e.plane.flat
					? "Drag in the plane. It is the whole latent space, which has two dimensions."
					: "Drag in the plane. The middle is the latent of a sample, the axes are two random directions.";
			}
			drawSliders();
			moved();
			drawMap();
		} catch (error) {
			fail(error);
		}
	}

	// z returns the latent at a place of the plane with all directions added.
	function z(x = e.x, y = e.y) {
		let v = e.plane.at(x, y);
		for (const d of e.directions) if (d.value !== 0) v = v.map((c, i) => c + d.value * d.vector[i]);
		return short(e.plane.clamp(v));
	}

	function spec(x, y, given = e.given) {
		const row = {index: e.index, given};
		if (e.seed !== null) row.seed = e.seed;
		if (e.plane) row.latents = {[e.latent.name]: z(x, y)};
		return row;
	}

	// moved makes the sample again. While the server works, only the newest place waits.
	let busy = false, again = false;
	async function moved() {
		drawHandle();
		if (busy) {
			again = true;
			return;
		}
		busy = true;
		do {
			again = false;
			const begun = performance.now();
			try {
				const {bitmap} = await make({id, step: e.step, output: e.output.name, rows: [spec(e.x, e.y)], columns: 1, plain: true});
				if (e.closed) return;
				paint(sample, bitmap);
				speed.textContent = `made in ${Math.round(performance.now() - begun)} ms`;
				sample.dataset.made = String(Number(sample.dataset.made ?? 0) + 1);
				problem.hidden = true;
			} catch (error) {
				fail(error);
			}
		} while (again && !e.closed);
		busy = false;
		later(drawClasses);
	}

	const timers = new Map();
	function later(f) {
		clearTimeout(timers.get(f));
		timers.set(f, setTimeout(f, 200));
	}

	// drawMap draws samples of the whole plane.
	async function drawMap() {
		map.hidden = !(e.plane && (e.output.kind === "image" || e.output.kind === "volume"));
		if (map.hidden) {
			pad.style.aspectRatio = "";
			return;
		}
		const n = e.latent.size > 1000 ? 3 : cells;
		const rows = [];
		for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) rows.push(spec(-1 + (2 * k + 1) / n, -1 + (2 * i + 1) / n));
		const {x, y, planeSeed} = e;
		try {
			const {bitmap} = await make({id, step: e.step, output: e.output.name, rows, columns: n, plain: true});
			if (e.closed || planeSeed !== e.planeSeed) return;
			pad.style.aspectRatio = `${bitmap.width} / ${bitmap.height}`; // samples keep their proportions
			paint(map, bitmap);
		} catch (error) {
			fail(error);
		}
		if (x !== e.x || y !== e.y) drawHandle();
	}

	function drawHandle() {
		handle.style.left = `${(e.x + 1) * 50}%`;
		handle.style.top = `${(e.y + 1) * 50}%`;
		pad.setAttribute("aria-valuenow", e.x.toFixed(2));
		pad.setAttribute("aria-valuetext", `${e.x.toFixed(2)} across, ${(-e.y).toFixed(2)} up`);
	}

	function drag(event) {
		const box = pad.getBoundingClientRect();
		const clamp = (v) => Math.min(Math.max(v, -1), 1);
		e.x = clamp((event.clientX - box.left) / box.width * 2 - 1);
		e.y = clamp((event.clientY - box.top) / box.height * 2 - 1);
		moved();
	}
	pad.addEventListener("pointerdown", (event) => {
		pad.setPointerCapture(event.pointerId);
		drag(event);
	});
	pad.addEventListener("pointermove", (event) => { if (pad.hasPointerCapture(event.pointerId)) drag(event); });
	pad.addEventListener("keydown", (event) => {
		const moves = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-e.x * 1e9, -e.y * 1e9]};
		if (!(event.key in moves)) return;
		event.preventDefault();
		if (event.key === "Home") [e.x, e.y] = [0, 0];
		else {
			const step = event.shiftKey ? .02 : .1;
			e.x = Math.min(Math.max(e.x + moves[event.key][0] * step, -1), 1);
			e.y = Math.min(Math.max(e.y + moves[event.key][1] * step, -1), 1);
		}
		moved();
	});

	// Directions: numbers of the latent, random directions, and the way to other samples.
	const kinds = h("select", {"aria-label": "Kind of direction"}, h("option", {value: "number"}, "number of the latent"), h("option", {value: "random"}, "random direction"), h("option", {value: "sample"}, "towards sample"));
	const which = h("input", {type: "number", min: 0, value: 0, "aria-label": "Which"});
	const add = h("button", {type: "button", onclick: () => addDirection(kinds.value, Math.max(0, Math.floor(Number(which.value) || 0)))}, "Add a slider");

	async function addDirection(kind, k) {
		const size = e.latent.size, middle = e.base.latents[e.latent.name];
		try {
			let vector, name, most = 3;
			if (kind === "number") {
				if (k >= size) throw new Error(`${e.latent.name} has the numbers 0 to ${size - 1}`);
				vector = middle.map((_, i) => i === k ? e.latent.sd : 0);
				name = `${e.latent.name}[${k}]`;
			} else {
				const other = await get("api/inputs", {id, step: e.step, output: e.output.name, index: k, seed: kind === "random" ? e.planeSeed + 1000 + k : undefined});
				const to = other.latents[e.latent.name];
				vector = kind === "random" ? to.map((v) => v - e.latent.mean) : to.map((v, i) => v - middle[i]);
				name = kind === "random" ? `random direction ${k}` : `towards sample ${k}`;
				most = kind === "random" ? 2 : 1.5;
			}
			e.directions.push({name, vector, value: 0, most});
			which.value = k + 1;
			problem.hidden = true;
			drawSliders();
		} catch (error) {
			fail(error);
		}
	}

	function slider(name, low, high, value, change) {
		const shown = h("output", {}, figure(value));
		const input = h("input", {type: "range", min: low, max: high, step: (high - low) / 200, value, "aria-label": name, oninput: () => {
			shown.textContent = figure(Number(input.value));
			change(Number(input.value));
			moved();
			later(drawMap);
		}});
		return h("label", {class: "slide"}, h("span", {}, name), input, shown);
	}

	function drawSliders() {
		const ready = e.plane !== null;
		replace(sliders, e.directions.map((d) => h("div", {class: "row nowrap"}, slider(d.name, -d.most, d.most, d.value, (v) => { d.value = v; }),
			h("button", {type: "button", class: "quiet icon", "aria-label": `Remove ${d.name}`, onclick: () => {
				e.directions.splice(e.directions.indexOf(d), 1);
				drawSliders();
				moved();
				drawMap();
			}}, "×"))),
			ready && h("div", {class: "row"}, kinds, which, add));
	}

	// Conditions: classes, codes, texts.
	function drawConditions() {
		replace(conditions, e.output.given.map((c) => {
			const set = (value) => {
				if (value === null) delete e.given[c.name];
				else e.given[c.name] = value;
				moved();
				later(drawMap);
			};
			const named = c.labels ?? c.named;
			if (c.kind === "class" || c.named) {
				const options = c.kind === "class" ? Array.from({length: c.classes}, (_, i) => h("option", {value: i}, c.labels?.[i] ?? i)) : named.map((n) => h("option", {value: n}, n));
				const select = h("select", {"data-condition": c.name, onchange: () => set(select.value === "" ? null : c.kind === "class" ? Number(select.value) : select.value)}, h("option", {value: ""}, "as the sample"), options);
				return h("label", {class: "field"}, h("span", {}, c.name), select);
			}
			if (c.text) {
				const text = h("input", {"data-condition": c.name, placeholder: "a caption", onchange: () => set(text.value || null)});
				return h("label", {class: "field"}, h("span", {}, c.name), text);
			}
			if (c.kind === "numbers" && c.size <= 16) {
				return h("div", {class: "stack tight codes"}, Array.from({length: c.size}, (_, i) => {
					const s = slider(c.size > 1 ? `${c.name}[${i}]` : c.name, -2, 2, 0, (v) => {
						const values = e.given[c.name] ?? [...(e.base?.given[c.name] ?? new Array(c.size).fill(0))];
						values[i] = v;
						e.given[c.name] = values;
					});
					s.dataset.code = `${c.name}.${i}`;
					return s;
				}));
			}
			return h("p", {class: "small soft"}, `${c.name}: as of the sample`);
		}));
	}

	// fillConditions shows the conditions of the sample where nothing else is chosen.
	function fillConditions() {
		for (const c of e.output.given) {
			const values = e.base.given[c.name];
			if (!values || e.given[c.name] !== undefined) continue;
			for (const s of conditions.querySelectorAll("[data-code]")) {
				const [name, i] = s.dataset.code.split(".");
				if (name !== c.name) continue;
				s.querySelector("input").value = values[i];
				s.querySelector("output").textContent = figure(values[i]);
			}
		}
	}

	// drawClasses shows the same latent with every class.
	async function drawClasses() {
		const c = e.output.given.find((g) => g.kind === "class");
		if (!c || c.classes > 40 || e.closed) {
			replace(classes);
			return;
		}
		const rows = Array.from({length: c.classes}, (_, k) => spec(e.x, e.y, {...e.given, [c.name]: k}));
		try {
			const {bitmap} = await make({id, step: e.step, output: e.output.name, rows, columns: Math.min(c.classes, 10)});
			if (e.closed) return;
			replace(classes, h("h3", {}, `The same latent with every ${c.name}`), show(bitmap, `samples of every ${c.name}`),
				c.labels && h("p", {class: "small soft"}, c.labels.join(", ")));
		} catch (error) {
			fail(error);
		}
	}

	const another = h("button", {type: "button", onclick: () => { e.planeSeed++; chooseBase(); announce("another plane"); }}, "Another plane");
	const reset = h("button", {type: "button", class: "quiet", onclick: () => { e.given = {}; e.directions = []; drawConditions(); chooseBase(); }}, "Reset");
	const field = (name, input) => h("label", {class: "field"}, h("span", {}, name), input);
	put();
	function put() {
		replace(controls, h("div", {class: "row wrap"}, field("Output", outputs), field("Checkpoint", steps), field("Latent", latents), field("Sample in the middle", index)), conditions, h("div", {class: "row"}, another, reset), h("h3", {}, "Directions"), sliders, classes);
	}
	start();
	return {
		element: h("section", {class: "panel stack explorer"}, h("div", {class: "row spread"}, h("h2", {}, "Latent space"), speed), problem,
			h("div", {class: "explore"}, h("div", {class: "stack tight"}, h("h3", {}, "Plane"), pad, about),
				h("div", {class: "stack tight"}, h("h3", {}, "Sample"), sample), controls)),
		change(next) {
			if (!next || !system) return;
			const same = String(next.checkpoints) === String(page.checkpoints);
			page = next;
			if (!same) drawSteps();
		},
		close: () => {
			e.closed = true;
			for (const t of timers.values()) clearTimeout(t);
		},
	};
}
