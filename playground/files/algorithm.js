// Algorithm 1 of Goodfellow et al. 2014 as text and as a picture of the flow of data. Both
// mark the phase of slow motion.

import {h, put, replace, svg} from "./web/dom.js";
import {Plane} from "./plane.js";

// losses are the formulas of the objectives: what D and G minimise.
const losses = {
	minimax: ["−E log D(x) − E log(1 − D(G(z)))", "E log(1 − D(G(z)))"],
	"non-saturating": ["−E log D(x) − E log(1 − D(G(z)))", "−E log D(G(z))"],
	"least-squares": ["½ E (D(x) − b)² + ½ E (D(G(z)) − a)²", "½ E (D(G(z)) − c)²"],
	hinge: ["E max(0, 1 − D(x)) + E max(0, 1 + D(G(z)))", "−E D(G(z))"],
	wasserstein: ["E D(G(z)) − E D(x)", "−E D(G(z))"],
	relativistic: ["E softplus(D(G(z)) − D(x))", "E softplus(D(x) − D(G(z)))"],
	"loss-sensitive": ["γ E L(x) + E C(Δ(x, G(z)) + L(x) − L(G(z)))", "E L(G(z))"],
	"soft-labels": ["cross-entropy of D(x), D(G(z)) and the labels", "cross-entropy of D(G(z)) and the label of G"],
	"feature-matching": ["−E log D(x) − E log(1 − D(G(z)))", "|E f(x) − E f(G(z))|², f: last hidden layer of D"],
};

const phaseNames = {
	noise: "noise: G makes samples from a minibatch of z", examples: "examples: a minibatch of real points",
	scores: "scores: D judges both minibatches", gradient: "gradient of the loss", update: "update: the weights have changed",
};

// describe returns a phase in words.
export function describe(phase) {
	if (!phase?.step) return "";
	const who = {D: "D moves", G: "G moves", both: "D and G move together"}[phase.mover];
	return `${who} (${phase.move} of ${phase.of}), ${phaseNames[phase.step]}`;
}

// Algorithm is the text.
export class Algorithm {
	constructor(place) {
		this.place = place;
		this.settings = "";
	}

	build(s) {
		const part = (marks, ...children) => h("span", {"data-marks": marks}, ...children);
		const [lossD, lossG] = losses[s.objective];
		const sampleZ = (who) => h("li", {"data-marks": `${who}.noise`}, `Sample m = ${s.batch} noise vectors z from p(z)${s.noise === "normal" ? " = N(0, 1)" : " = U(−1, 1)"}, and make G(z).`);
		const sampleX = (who) => h("li", {"data-marks": `${who}.examples`}, `Sample m = ${s.batch} examples x from p_data.`);
		const update = (who, name, loss, rate) => h("li", {"data-marks": `${who}.update`}, part(`${who}.update`, `Update ${name}`), " by descending ",
			part(`${who}.gradient`, "the gradient of "), part(`${who}.scores`, h("code", {}, loss)), `, rate ${rate}.`);
		const extra = [["r1", "R1"], ["r2", "R2"], ["gradient_penalty", "gradient penalty"], ["dragan", "DRAGAN"]].filter(([key]) => Number(s[key]) > 0).map(([, name]) => name);
		const penalties = extra.length ? h("p", {class: "soft"}, `The loss of D has ${extra.join(", ")} added.`) : null;
		const turns = s.simultaneous === "true"
			? h("ul", {}, sampleZ("both"), sampleX("both"), update("both", "D", lossD, s.rate_d), update("both", "G at the same time", lossG, s.rate_g))
			: h("ul", {}, h("li", {}, `for ${s.k_d} ${s.k_d === "1" ? "step" : "steps"} of D (k):`, h("ul", {}, sampleZ("D"), sampleX("D"), update("D", "D", lossD, s.rate_d))),
				h("li", {}, `for ${s.k_g} ${s.k_g === "1" ? "step" : "steps"} of G:`, h("ul", {}, sampleZ("G"),
					s.objective === "relativistic" || s.objective === "feature-matching" || Number(s.unroll) > 0 ? sampleX("G") : null,
					update("G", "G", Number(s.unroll) > 0 ? `minus the loss that D has after ${s.unroll} more updates` : lossG, s.rate_g))));
		replace(this.place, h("p", {}, "for each round:"), turns, penalties);
	}

	// show marks a phase, after the settings have changed or not.
	show(phase, settings) {
		const now = JSON.stringify(settings);
		if (now !== this.settings) {
			this.settings = now;
			this.build(settings);
		}
		mark(this.place, phase);
	}
}

// mark sets the class "now" on the elements of a phase.
function mark(place, phase) {
	const now = phase?.step ? `${phase.mover}.${phase.step}` : "";
	for (const element of place.querySelectorAll("[data-marks]")) {
		const is = element.dataset.marks.split(" ").includes(now);
		element.classList.toggle("now", is);
		if (is && element.tagName === "LI") element.setAttribute("aria-current", "step");
		else element.removeAttribute("aria-current");
	}
}

// small are the pictures in the boxes of the flow: the layer of the plane that each shows, the
// array of the frame that it needs, and its place.
const small = [["warp", "warp", 102, 128], ["made", "made", 196, 128], ["real", "real", 196, 8], ["heat", "heat", 314, 38], ["arrows", "arrows", 314, 148]];
const width = 430, height = 244, side = 62; // of the flow and of a small picture

// Flow is the picture, with the layers of the plane in its boxes.
export class Flow {
	constructor(place, constants) {
		this.place = place;
		this.planes = small.map(([layer, array, x, y]) => {
			const canvas = h("canvas", {"aria-hidden": "true", style: {left: `${x / width * 100}%`, top: `${y / height * 100}%`, width: `${side / width * 100}%`}});
			return {layer, array, plane: new Plane(canvas, constants)};
		});
		const box = (x, y, high, name, what, marks, shape = "") => svg("g", {class: `node ${shape}`, "data-marks": marks},
			svg("rect", {x, y, width: 74, height: high, rx: shape === "net" ? 6 : 14}), svg("text", {x: x + 37, y: y + high - 17}, name), svg("text", {x: x + 37, y: y + high - 6, class: "small"}, what));
		const way = (d, marks, back) => svg("path", {d, class: back ? "way back" : "way", "data-marks": marks, "marker-end": back ? "url(#tip-back)" : "url(#tip)"});
		const of = (step) => `D.${step} G.${step} both.${step}`;
		const tip = (id) => svg("marker", {id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto-start-reverse"}, svg("path", {d: "M0 0 8 4 0 8Z"}));
		put(place, svg("svg", {viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Noise z goes through G, which makes samples. D judges samples and examples. The gradient of the loss goes back to the player that moves."},
			svg("defs", {}, tip("tip"), tip("tip-back")),
			way("M76 175 H94", of("noise")), way("M170 175 H188", of("noise")),
			way("M264 160 C290 160 280 92 306 88", of("scores")), way("M264 56 C290 56 280 74 306 78", of("scores")),
			way("M382 82 H395", of("scores")),
			way("M412 98 C412 136 398 118 384 112", "D.gradient both.gradient", true),
			way("M345 132 V143", "G.gradient both.gradient", true), way("M308 226 C270 244 150 244 134 225", "G.gradient both.gradient", true),
			box(2, 158, 34, "z", "noise", of("noise")), box(96, 124, 98, "G", "generator", `${of("noise")} G.update both.update`, "net"),
			box(190, 124, 98, "G(z)", "samples", of("noise"), "made"), box(190, 4, 98, "x", "examples", of("examples"), "real"),
			box(308, 34, 98, "D", "discriminator", `${of("scores")} D.update both.update`, "net"), box(308, 144, 96, "gradients", "of the samples", "G.gradient both.gradient", "net"),
			svg("g", {class: "node", "data-marks": of("scores")}, svg("circle", {cx: 412, cy: 82, r: 16}), svg("text", {x: 412, y: 86}, "loss"))), this.planes.map(({plane}) => plane.canvas));
	}

	show(phase) { mark(this.place, phase); }

	// draw draws the small pictures whose arrays the frame has.
	draw(frame) {
		for (const {layer, array, plane} of this.planes) if (frame[array].length) plane.draw(frame, new Set([layer]));
	}

	readColors() {
		for (const {plane} of this.planes) plane.readColors();
	}
}
