// Numbers, durations and states as people read them.

// figure writes a number with about four digits.
export function figure(v) {
	if (v === null || v === undefined) return "not finite";
	const size = Math.abs(v);
	if (size === 0) return "0";
	if (size >= 1e5 || size < 1e-3) return v.toExponential(2).replace("e+", "e");
	if (size >= 1000) return v.toFixed(0);
	return String(Number(v.toPrecision(4)));
}

// count writes a whole number with spaces between thousands.
export function count(v) {
	return Math.round(v).toString().replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

export function kimg(v) {
	if (v === null || v === undefined) return "?";
	return v >= 100 ? count(v) : String(Number(v.toPrecision(3)));
}

export function duration(s) {
	if (s === null || s === undefined) return "";
	if (s < 1) return "0 s";
	if (s < 60) return `${Math.round(s)} s`;
	if (s < 3600) return `${Math.floor(s / 60)} min ${String(Math.round(s % 60)).padStart(2, "0")} s`;
	if (s < 86400) return `${Math.floor(s / 3600)} h ${String(Math.floor(s / 60) % 60).padStart(2, "0")} min`;
	return `${Math.floor(s / 86400)} d ${Math.floor(s / 3600) % 24} h`;
}

export function bytes(n) {
	if (n < 1000) return `${n} B`;
	for (const unit of ["kB", "MB", "GB", "TB"]) {
		n /= 1000;
		if (n < 1000) return `${n < 10 ? n.toFixed(1) : Math.round(n)} ${unit}`;
	}
	return `${Math.round(n)} PB`;
}

export function when(millis) {
	return new Date(millis).toLocaleString(undefined, {dateStyle: "medium", timeStyle: "short"});
}

// stateClass is the class of the word of a state in the style sheet.
export const stateClass = {
	training: "busy", finished: "good", interrupted: "soft", diverged: "bad", crashed: "bad", unreadable: "warn",
};

export const stateHelp = {
	training: "A process holds the lock of the run.",
	finished: "The run has its whole length.",
	interrupted: "The run was stopped and has saved.",
	diverged: "A number was no longer finite. The state before is saved.",
	crashed: "The process was killed. The run can continue from its last checkpoint.",
	unreadable: "The settings of the run cannot be read.",
};

// progress returns how much of its length a run has, from 0 to 1, and a text.
export function progress(row) {
	if (row.total_steps > 0) {
		return {part: Math.min(1, row.step / row.total_steps), text: `${count(row.step)} of ${count(row.total_steps)} steps`};
	}
	if (row.total_kimg > 0) {
		return {part: Math.min(1, row.kimg / row.total_kimg), text: `${kimg(row.kimg)} of ${kimg(row.total_kimg)} kimg`};
	}
	return {part: 0, text: `${kimg(row.kimg)} kimg`};
}

// link returns the address of the page of a run.
export function link(id, tab) {
	const query = new URLSearchParams({id});
	if (tab) query.set("tab", tab);
	return `#/run?${query}`;
}
