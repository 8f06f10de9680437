// The form of the settings, made from the fields that the engine describes.

import {h, replace} from "./web/dom.js";

const openAtFirst = ["Data", "Objective"];

// Form builds controls. onchange(key, value) is called with values as texts.
export class Form {
	constructor(place, fields, onchange) {
		this.fields = fields;
		this.rows = new Map();
		const groups = new Map();
		for (const field of fields.values()) {
			if (!groups.has(field.group)) groups.set(field.group, []);
			groups.get(field.group).push(this.row(field, onchange));
		}
		this.groups = new Map();
		replace(place, [...groups].map(([name, rows]) => {
			const group = h("details", {class: "group", open: openAtFirst.includes(name)}, h("summary", {}, h("h3", {}, name)), rows);
			this.groups.set(name, group);
			return group;
		}));
	}

	row(field, onchange) {
		const id = `set-${field.key}`, help = `${id}-help`;
		const shared = {id, "aria-describedby": help, onchange: (e) => onchange(field.key, field.kind === "switch" ? String(e.target.checked) : e.target.value)};
		let control;
		if (field.kind === "choice") control = h("select", shared, field.choices.map((c) => h("option", {value: c}, titles[c] ?? c)));
		else if (field.kind === "switch") control = h("input", {...shared, type: "checkbox"});
		else control = h("input", {...shared, type: "number", min: field.min, max: field.max, step: field.kind === "whole" ? 1 : "any", inputmode: "decimal"});
		const row = h("div", {class: `setting is-${field.kind}`}, h("label", {for: id}, field.label), control, h("small", {id: help}, field.doc));
		this.rows.set(field.key, {row, control, field});
		return row;
	}

	// show writes values into the controls and hides those without effect.
	show(values) {
		const chosen = new Set(Object.values(values));
		for (const [key, {row, control, field}] of this.rows) {
			if (field.kind === "switch") control.checked = values[key] === "true";
			else if (control.value !== values[key]) control.value = values[key];
			row.hidden = Boolean(field.for) && !field.for.some((choice) => chosen.has(choice));
			control.removeAttribute("aria-invalid");
		}
	}

	// complain marks a control whose value was refused.
	complain(key) { this.rows.get(key)?.control.setAttribute("aria-invalid", "true"); }

	// openGroupOf shows a control, so that a lesson can point to it.
	openGroupOf(key) {
		const {row, field} = this.rows.get(key);
		this.groups.get(field.group).open = true;
		return row;
	}
}

const titles = {
	gaussians2: "two Gaussians", gaussians8: "eight Gaussians", moons: "two moons", swissroll: "swiss roll", grid: "grid of 25", own: "your own",
	relu: "ReLU", "leaky-relu": "leaky ReLU", minimax: "minimax (2014, equation 1)", "non-saturating": "non-saturating (2014, section 3)",
	"least-squares": "least squares (LSGAN)", hinge: "hinge", wasserstein: "Wasserstein (WGAN)", relativistic: "relativistic (RpGAN)",
	"loss-sensitive": "loss-sensitive (LS-GAN)", "soft-labels": "soft labels", "feature-matching": "feature matching",
	sgd: "gradient descent", adam: "Adam", rmsprop: "RMSProp",
};
