// The pictures of samples of a run, with a slider over the training.

import {announce, calm, h, replace} from "../web/dom.js";
import {address, get} from "./api.js";
import {count, kimg} from "./format.js";
import {nearest} from "./scale.js";

const frameTime = 120; // milliseconds of a picture while they play

// Frames calls onmove when another picture is shown, and onselect(index, frame, output,
// extend) when a sample is chosen; extend says that a second one was chosen.
export class Frames {
	constructor(id, onmove, onselect) {
		Object.assign(this, {id, onmove, onselect, at: -1, output: "", frames: [], follow: true, selected: null, system: null});
		this.image = h("img", {class: "grid", alt: "samples", onload: () => this.place_(), onerror: () => this.broken(), draggable: "false"});
		this.mark = h("span", {class: "cell", hidden: true});
		this.hover = h("span", {class: "cell hover", hidden: true});
		this.stage = h("div", {class: "stage", tabindex: 0, role: "group", "aria-label": "Samples. Arrow keys choose a sample, Enter shows it.",
			onclick: (e) => this.click(e), onpointermove: (e) => this.over(e), onpointerleave: () => { this.hover.hidden = true; }, onkeydown: (e) => this.key(e)},
			this.image, this.hover, this.mark);
		this.slider = h("input", {type: "range", min: 0, value: 0, step: 1, "aria-label": "Time of the samples", oninput: () => this.move(Number(this.slider.value))});
		this.label = h("output", {class: "framelabel"});
		this.play = h("button", {type: "button", class: "icon", "aria-label": "Play", onclick: () => this.toggle()}, "▶");
		this.newest = h("button", {type: "button", class: "quiet", onclick: () => this.move(this.frames.length - 1)}, "Newest");
		this.problem = h("p", {class: "notice warn", hidden: true});
		this.outputs = h("select", {"aria-label": "Output", hidden: true, onchange: () => this.choose(this.outputs.value)});
		this.real = h("img", {class: "grid", alt: "real examples", loading: "lazy"});
		this.reals = h("details", {class: "reals"}, h("summary", {}, "Real examples, for comparison"), this.real);
		this.realsPanel = h("section", {class: "panel", hidden: true, "aria-label": "Real examples"}, this.reals);
		this.empty = h("p", {class: "empty"}, "There are no samples yet.");
		this.whole = h("div", {class: "stack"}, this.stage, h("div", {class: "row scrub"}, this.play, this.slider, this.newest), this.label, this.problem);
		this.element = h("section", {class: "panel stack", "aria-label": "Samples"}, h("div", {class: "row spread"}, h("h2", {}, "Samples"), this.outputs), this.empty, this.whole);
		this.reals.addEventListener("toggle", () => { this.real.loading = "eager"; });
		if (matchMedia("(min-width: 60rem)").matches) this.reals.open = true;
	}

	// set takes the pictures of a run; see the server's runPage.
	set(page) {
		const outputs = page.outputs.filter((o) => o.frames.length);
		this.all = outputs;
		for (const image of [this.image, this.real]) image.classList.toggle("pixels", page.row.images);
		const names = outputs.map((o) => o.folder);
		if (outputs.length > 1 && this.outputs.options.length !== outputs.length) {
			replace(this.outputs, names.map((n) => h("option", {value: n}, n || "first output")));
			this.outputs.hidden = false;
		}
		if (page.reals && this.realsPanel.hidden) {
			this.real.src = address("api/picture", {id: this.id, name: "reals"});
			this.realsPanel.hidden = false;
		}
		const before = this.frames.length;
		this.frames = outputs.find((o) => o.folder === this.output)?.frames ?? [];
		this.empty.hidden = this.frames.length > 0;
		this.whole.hidden = this.frames.length === 0;
		this.slider.max = Math.max(0, this.frames.length - 1);
		this.play.disabled = this.frames.length < 2;
		if (this.frames.length && (this.follow || this.at < 0)) this.move(this.frames.length - 1);
		else if (before !== this.frames.length) this.label_();
	}

	choose(folder) {
		this.output = folder;
		this.frames = this.all.find((o) => o.folder === folder)?.frames ?? [];
		this.select(null);
		this.slider.max = Math.max(0, this.frames.length - 1);
		this.move(Math.min(this.at, this.frames.length - 1));
	}

	get frame() {
		return this.frames[this.at];
	}

	// move shows the picture with a number. The page follows new ones if it is the last.
	move(i) {
		if (i < 0 || i >= this.frames.length) return;
		this.at = i;
		this.follow = i === this.frames.length - 1;
		this.slider.value = i;
		const src = address("api/picture", {id: this.id, name: this.frame.name, output: this.output || undefined});
		if (this.image.getAttribute("src") !== src) this.image.src = src;
		this.label_();
		this.newest.disabled = this.follow;
		this.onmove();
		if (this.selected !== null) this.onselect(this.selected, this.frame, this.describe(), false);
	}

	label_() {
		const f = this.frame;
		if (!f) return;
		const text = `${f.name === "init" ? "before training" : `step ${count(f.step)}`}${f.kimg === null ? "" : `, ${kimg(f.kimg)} kimg`}`;
		this.label.textContent = `${text} · picture ${this.at + 1} of ${this.frames.length}`;
		this.slider.setAttribute("aria-valuetext", text);
		this.image.alt = `samples ${text}`;
	}

	broken() {
		this.problem.textContent = "This picture cannot be shown: it is damaged, or was deleted.";
		this.problem.hidden = false;
	}

	// go shows the picture nearest to a place in the training.
	go(x, axis) {
		this.stop();
		this.move(nearest(this.frames.map((f) => axis === "step" ? f.step : f.kimg ?? 0), x));
	}

	// place returns where the shown picture is on an axis.
	place(axis) {
		const f = this.frame;
		if (!f || axis === "seconds") return null;
		return axis === "step" ? f.step : f.kimg;
	}

	toggle() {
		if (this.timer) {
			this.stop();
			return;
		}
		if (this.follow) this.move(0);
		this.play.textContent = "❚❚";
		this.play.setAttribute("aria-label", "Pause");
		const time = calm() ? 1000 : frameTime;
		this.timer = setInterval(() => {
			if (this.at >= this.frames.length - 1) this.stop();
			else this.move(this.at + 1);
		}, time);
	}

	stop() {
		clearInterval(this.timer);
		this.timer = null;
		this.play.textContent = "▶";
		this.play.setAttribute("aria-label", "Play");
	}

	// learn fetches the arrangement of the samples in the pictures, once.
	async learn() {
		this.system ??= get("api/system", {id: this.id});
		try {
			const system = await this.system;
			return system.outputs.find((o) => o.folder === this.output);
		} catch (error) {
			this.system = null;
			this.problem.textContent = error.message;
			this.problem.hidden = false;
			return undefined;
		}
	}

	// describe returns the description of the shown output, if it is known already.
	describe() {
		return this.known;
	}

	async click(e) {
		const box = this.image.getBoundingClientRect();
		const x = (e.clientX - box.left) / box.width, y = (e.clientY - box.top) / box.height;
		const extend = e.shiftKey;
		const known = this.known = await this.learn();
		if (!known) return;
		if (!known.columns) {
			this.select(0, extend);
			return;
		}
		const column = Math.min(Math.floor(x * known.columns), known.columns - 1), row = Math.min(Math.floor(y * known.rows), known.rows - 1);
		const index = row * known.columns + column;
		if (index < known.samples) this.select(index, extend);
	}

	over(e) {
		if (!this.known) this.learn().then((k) => { this.known = k; });
		if (!this.known?.columns) return;
		const box = this.image.getBoundingClientRect();
		const column = Math.floor((e.clientX - box.left) / box.width * this.known.columns), row = Math.floor((e.clientY - box.top) / box.height * this.known.rows);
		this.put(this.hover, row * this.known.columns + column);
	}

	async key(e) {
		const moves = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
		if (e.key === "Escape") {
			this.select(null);
			return;
		}
		if (!(e.key in moves) && e.key !== "Enter") return;
		e.preventDefault();
		const extend = e.shiftKey;
		const known = this.known = await this.learn();
		if (!known) return;
		const [dx, dy] = moves[e.key] ?? [0, 0];
		const from = this.pointed ?? this.selected ?? 0;
		const columns = known.columns || 1;
		const next = from + dx + dy * columns;
		this.pointed = e.key === "Enter" ? from : Math.min(Math.max(next, 0), known.samples - 1);
		this.put(this.hover, this.pointed);
		if (e.key === "Enter") this.select(this.pointed, extend);
		else announce(`sample ${this.pointed}`);
	}

	// select chooses a sample; null chooses none.
	select(index, extend = false) {
		if (index === null) {
			this.selected = null;
			this.mark.hidden = true;
			return;
		}
		if (!extend) {
			this.selected = index;
			this.put(this.mark, index);
		}
		this.onselect(index, this.frame, this.known, extend);
	}

	place_() {
		this.problem.hidden = true;
		if (this.selected !== null) this.put(this.mark, this.selected);
	}

	// put moves a frame around a sample.
	put(box, index) {
		const k = this.known;
		box.hidden = !k?.columns || index >= k.samples;
		if (box.hidden) return;
		box.style.left = `${index % k.columns / k.columns * 100}%`;
		box.style.top = `${Math.floor(index / k.columns) / k.rows * 100}%`;
		box.style.width = `${100 / k.columns}%`;
		box.style.height = `${100 / k.rows}%`;
	}

	close() {
		clearInterval(this.timer);
	}
}
