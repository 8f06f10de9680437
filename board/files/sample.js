// What is known of one sample: its nearest training images, the path to another sample,
// and its latent.

import {h, replace} from "../web/dom.js";
import {get, make, picture} from "./api.js";
import {figure, link} from "./format.js";
import {drawBars, show} from "./canvas.js";

const steps = 9; // of a path

// An Inspector calls onclose when it is closed.
export class Inspector {
	constructor(id, onclose) {
		this.id = id;
		this.title = h("h2");
		this.near = h("div");
		this.path = h("div");
		this.latent = h("div");
		this.other = h("input", {type: "number", min: 0, value: 1, "aria-label": "Other sample", onchange: () => this.drawPath()});
		this.explore = h("a", {class: "button"}, "Explore from here");
		this.element = h("section", {class: "panel stack inspector", hidden: true, "aria-live": "polite"},
			h("div", {class: "row spread"}, this.title, h("button", {type: "button", class: "quiet icon", "aria-label": "Close", onclick: () => {
				this.element.hidden = true;
				onclose();
			}}, "×")),
			h("div", {class: "stack tight"}, h("h3", {}, "Nearest training images"), this.near),
			h("div", {class: "stack tight"}, h("div", {class: "row"}, h("h3", {}, "Path to sample"), this.other, h("small", {class: "soft"}, "or shift-click it")), this.path),
			h("div", {class: "stack tight"}, h("div", {class: "row spread"}, h("h3", {}, "Latent"), this.explore), this.latent));
	}

	// show shows a sample of a picture. If extend is set, it is the end of the path instead.
	show(index, frame, output, extend) {
		if (extend && this.index !== undefined && !this.element.hidden) {
			this.other.value = index;
			this.drawPath();
			return;
		}
		const moved = this.index !== index || this.output !== output || this.element.hidden;
		const reframed = moved || this.frame?.name !== frame.name;
		Object.assign(this, {index, frame, output});
		this.element.hidden = false;
		this.title.textContent = output?.columns ? `Sample ${index}` : "Samples";
		this.other.max = Math.max(0, (output?.samples ?? 1) - 1);
		if (moved && Number(this.other.value) === index) this.other.value = (index + 1) % (output?.samples || 1);
		this.explore.href = `${link(this.id, "explore")}&index=${index}${output?.name ? `&output=${encodeURIComponent(output.name)}` : ""}`;
		if (reframed) this.later(() => this.drawNear());
		if (moved) {
			this.drawPath();
			this.drawLatent();
		}
	}

	// later waits until the slider rests.
	later(f) {
		clearTimeout(this.timer);
		this.timer = setTimeout(f, 250);
	}

	async drawNear() {
		if (this.output?.kind !== "image") {
			replace(this.near, h("p", {class: "soft"}, "Only images are compared with the training set."));
			return;
		}
		this.searching?.abort();
		const {signal} = this.searching = new AbortController();
		replace(this.near, h("p", {class: "soft"}, "Searching."));
		try {
			const {bitmap, headers} = await picture("api/nearest", {id: this.id, output: this.output.name, picture: this.frame.name, index: this.index, k: 6}, signal);
			const list = JSON.parse(headers.get("Gander-Neighbours"));
			replace(this.near, show(bitmap, `the ${list.length} nearest training images`),
				h("p", {class: "small soft"}, `Of ${headers.get("Gander-Searched")} images. Distances between pixels: ${list.map((n) => figure(n.Distance)).join(", ")}. A copy of a training image has a distance near 0.`));
		} catch (error) {
			if (error.name !== "AbortError") replace(this.near, h("p", {class: "notice warn"}, error.message));
		}
	}

	inputs(index) {
		return get("api/inputs", {id: this.id, output: this.output?.name, index});
	}

	async drawPath() {
		const to = Number(this.other.value), from = this.index;
		this.walking?.abort();
		const {signal} = this.walking = new AbortController();
		try {
			const [a, b] = await Promise.all([this.inputs(from), this.inputs(to)]);
			const rows = Array.from({length: steps}, (_, i) => {
				const t = i / (steps - 1), latents = {};
				for (const [name, z] of Object.entries(a.latents)) latents[name] = z.map((v, k) => v * (1 - t) + b.latents[name][k] * t);
				return {index: from, latents};
			});
			const {bitmap, step} = await make({id: this.id, step: -1, output: this.output?.name ?? "", rows, columns: steps, plain: this.output?.kind === "volume"}, signal);
			replace(this.path, show(bitmap, `samples on the straight line from sample ${from} to sample ${to}`),
				h("p", {class: "small soft"}, `On the straight line between two latents, by the checkpoint of step ${step}.`));
		} catch (error) {
			if (error.name !== "AbortError") replace(this.path, h("p", {class: "notice warn"}, error.message));
		}
	}

	async drawLatent() {
		const index = this.index;
		try {
			const {latents, given} = await this.inputs(index);
			if (index !== this.index) return;
			replace(this.latent, Object.entries(latents).map(([name, z]) => [h("p", {class: "small soft"}, `${name}: ${z.length} numbers from ${figure(Math.min(...z))} to ${figure(Math.max(...z))}`), drawBars(z, name)]),
				Object.entries(given).map(([name, v]) => h("p", {class: "small"}, `${name}: ${v.length > 12 ? `${v.length} numbers` : v.map((x) => figure(x)).join(", ")}`)));
		} catch (error) {
			replace(this.latent, h("p", {class: "notice warn"}, error.message));
		}
	}

	close() {
		clearTimeout(this.timer);
		this.searching?.abort();
		this.walking?.abort();
	}
}
