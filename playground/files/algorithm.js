// Algorithm 1 of Goodfellow et al. 2014 as text and as a picture of the flow of data. Both
// mark the phase of slow motion.

import {h, replace, svg} from "./web/dom.js";

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

// Flow is the picture.
export class Flow {
	constructor(place) {
		this.place = place;
		const box = (x, y, name, what, marks, shape = "") => svg("g", {class: `node ${shape}`, "data-marks": marks},
			svg("rect", {x, y, width: 74, height: 34, rx: shape === "net" ? 6 : 17}), svg("text", {x: x + 37, y: y + 15}, name), svg("text", {x: x + 37, y: y + 27, class: "small"}, what));
		const way = (d, marks, back) => svg("path", {d, class: back ? "way back" : "way", "data-marks": marks, "marker-end": back ? "url(#tip-back)" : "url(#tip)"});
		const of = (step) => `D.${step} G.${step} both.${step}`;
		const tip = (id) => svg("marker", {id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto-start-reverse"}, svg("path", {d: "M0 0 8 4 0 8Z"}));
		place.append(svg("svg", {viewBox: "0 0 430 150", role: "img", "aria-label": "Noise z goes through G, which makes samples. D judges samples and examples. The gradient of the loss goes back to the player that moves."},
			svg("defs", {}, tip("tip"), tip("tip-back")),
			way("M76 117 H94", of("noise")), way("M170 117 H188", of("noise")),
			way("M264 117 C290 117 280 84 306 80", of("scores")), way("M264 35 C290 35 280 66 306 70", of("scores")),
			way("M381 75 H395", of("scores")),
			way("M412 92 C412 138 345 134 345 97", "D.gradient both.gradient", true),
			way("M345 97 C345 148 140 158 133 139", "G.gradient both.gradient", true),
			box(2, 100, "z", "noise", of("noise")), box(96, 100, "G", "generator", `${of("noise")} G.update both.update`, "net"),
			box(190, 100, "G(z)", "samples", of("noise"), "made"), box(190, 18, "x", "examples", of("examples"), "real"),
			box(308, 58, "D", "discriminator", `${of("scores")} D.update both.update`, "net"),
			svg("g", {class: "node", "data-marks": of("scores")}, svg("circle", {cx: 412, cy: 75, r: 16}), svg("text", {x: 412, y: 79}, "loss"))));
	}

	show(phase) { mark(this.place, phase); }
}
