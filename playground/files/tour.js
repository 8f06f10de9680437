// The lessons: a list, the text of one, and its tasks. A task is done when all of its wants
// hold at the same time; lessons_test.go plays them, too.

import {announce, h, replace} from "./web/dom.js";

// holds reports whether a want holds for the playground.
function holds(want, playground) {
	const {frame, settings, shown, dirac} = playground;
	const within = (v) => (want.atLeast === undefined || v >= want.atLeast) && (want.atMost === undefined || v <= want.atMost);
	if (want.number) return within(frame.numbers[want.number]);
	if (want.difference) return within(Math.abs(frame.numbers[want.difference[0]] - frame.numbers[want.difference[1]]));
	if (want.count) return within(frame[want.count]);
	if (want.phase) return `${frame.phase.mover}.${frame.phase.step}` === want.phase;
	if (want.set) return Object.entries(want.set).every(([key, value]) => settings[key] === value);
	if (want.setting) return within(Number(settings[want.setting]));
	if (want.shown) return shown.has(want.shown);
	if (want.dirac) return playground.view === "dirac" && Object.entries(want.dirac).every(([key, value]) => dirac.request[key] === value);
	if (want.points) return within(playground.own.points.length);
	throw new Error(`a lesson has the want ${JSON.stringify(want)}`);
}

const wide = matchMedia("(min-width: 78.01rem)");

export class Tour {
	constructor(place, opener, lessons, playground) {
		Object.assign(this, {place, opener, lessons, playground, current: null, done: new Set()});
		opener.addEventListener("click", () => this.toggle());
		wide.addEventListener("change", () => this.settle());
	}

	find(id) { return this.lessons.find((lesson) => lesson.id === id); }

	toggle() {
		if (!this.place.hidden) return this.close();
		this.place.hidden = false;
		this.opener.setAttribute("aria-expanded", "true");
		this.show();
		this.place.querySelector("button")?.focus();
	}

	// settle puts the lesson beside the plane if there is room, and else above everything.
	settle() {
		const left = document.getElementById("left"), main = document.getElementById("main");
		if (wide.matches && this.playground.view === "plane") left.prepend(this.place);
		else main.insertBefore(this.place, document.getElementById("plane-view"));
	}

	close() {
		this.place.hidden = true;
		document.body.classList.remove("touring");
		this.opener.setAttribute("aria-expanded", "false");
		this.current = null;
		this.point(null);
		this.playground.writeAddress();
		this.opener.focus();
	}

	// begin opens a lesson with its settings.
	async begin(id) {
		const lesson = this.find(id);
		this.current = null; // no task of the lesson before is done by the new settings
		await this.playground.load({settings: lesson.settings, show: lesson.show, points: [], view: lesson.view ?? "plane"});
		this.resume(id);
		if (lesson.dirac) await this.playground.dirac.set(lesson.dirac);
		if (lesson.mode) document.getElementById("mode").value = lesson.mode;
		else document.getElementById("mode").value = "both";
		document.getElementById("speed").value = lesson.speed ?? "max";
		this.place.querySelector("h2").focus();
	}

	// resume opens a lesson and keeps the settings.
	resume(id) {
		this.current = this.find(id);
		this.step = 0;
		this.place.hidden = false;
		this.opener.setAttribute("aria-expanded", "true");
		this.show();
		this.playground.writeAddress();
		this.check();
	}

	show() {
		const number = this.lessons.indexOf(this.current);
		document.body.classList.toggle("touring", !this.place.hidden);
		this.settle();
		replace(this.place,
			h("details", {open: !this.current}, h("summary", {}, "All lessons"), h("ol", {}, this.lessons.map((lesson) => h("li", {}, h("button", {type: "button", onclick: () => this.begin(lesson.id),
				"aria-current": lesson === this.current ? "true" : null}, lesson.title, this.done.has(lesson.id) && " ✓"))))),
			this.current ? h("article", {class: "lesson"},
				h("div", {class: "row spread"}, h("h2", {tabindex: "-1"}, `${number + 1}. ${this.current.title}`), h("button", {type: "button", class: "quiet", onclick: () => this.close()}, "Close")),
				h("p", {class: "soft"}, h("small", {}, this.current.source)),
				this.current.text.map((text) => h("p", {}, text)),
				h("h3", {}, "Do this"),
				this.tasks = h("ul", {class: "tasks"}, this.current.tasks.map((task) => h("li", {}, h("span", {}, task.text)))),
				this.ending = h("div", {hidden: true, class: "stack"}, h("p", {class: "notice good"}, this.current.learned),
					number + 1 < this.lessons.length
						? h("div", {class: "row"}, h("button", {type: "button", class: "main", onclick: () => this.begin(this.lessons[number + 1].id)}, `Next: ${this.lessons[number + 1].title}`))
						: h("p", {}, "That was the last lesson."))) :
				h("article", {class: "lesson"}, h("div", {class: "row spread"}, h("h2", {tabindex: "-1"}, "Twelve lessons"), h("button", {type: "button", class: "quiet", onclick: () => this.close()}, "Close")),
					h("p", {}, "From the idea of 2014 to what goes wrong, why, and what helps. Each lesson sets up the playground and gives you something to do. Choose one."),
					h("div", {class: "row"}, h("button", {type: "button", class: "main", onclick: () => this.begin(this.lessons[0].id)}, "Begin"))));
		if (this.current) this.mark();
	}

	// check looks whether the present task is done.
	check() {
		if (!this.current || !this.playground.frame) return;
		const tasks = this.current.tasks;
		let changed = false;
		while (this.step < tasks.length && tasks[this.step].wants.every((want) => holds(want, this.playground))) {
			this.step++;
			changed = true;
		}
		if (!changed) return;
		this.mark();
		if (this.step < tasks.length) return announce(`Done. Next: ${tasks[this.step].text}`);
		this.done.add(this.current.id);
		announce(`Lesson done. ${this.current.learned}`);
	}

	// mark shows which tasks are done, and points to the control of the next one.
	mark() {
		[...this.tasks.children].forEach((li, i) => {
			li.className = i < this.step ? "done" : i === this.step ? "next" : "";
			if (i === this.step) li.setAttribute("aria-current", "step");
			else li.removeAttribute("aria-current");
		});
		const task = this.current.tasks[this.step];
		this.ending.hidden = Boolean(task);
		this.point(task);
	}

	point(task) {
		document.querySelector(".pointed")?.classList.remove("pointed");
		if (!task?.control) return;
		const setting = this.playground.fields.has(task.control);
		const element = setting ? this.playground.form.openGroupOf(task.control) : document.getElementById(task.control);
		element?.classList.add("pointed");
		if (setting) element.scrollIntoView({block: "nearest"});
	}
}
