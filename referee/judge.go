package referee

import "slices"

// A rule about losses returns a finding, or nil if it does not apply.
type rule func(h *History, l *losses) *Finding

// lossRules are the rules about losses, in order: what proves a bug comes before what needs
// an interpretation. If one applies, the later ones are not used.
var lossRules = []rule{
	notFinite, doubleSigmoid, brokenPenalty, constantD, frozenLoss, contradiction,
	stuckLosses, generatorWins, discriminatorWins, criticJump, growth, classUnlearned, worseScore,
}

// provedByLosses are the rules about losses that also hold where probes of samples tell
// more than the levels of losses.
var provedByLosses = []rule{notFinite, constantD, frozenLoss, growth, worseScore}

// Judge returns what a history shows. There is at least one finding, and the first is the
// verdict. Others that hold at the same time follow. Without a failure the verdict is
// [Healthy] or [Unknown]. Only a history with probes of samples, or the loss of a critic,
// can be Healthy. Remedies fit the settings of h.Setup. Equal histories give equal findings.
func Judge(h *History) []Finding {
	l := lossesOf(h)
	var found []Finding
	if h.probed() {
		found = judgeProbes(h, &l)
	} else {
		found = []Finding{*firstOf(lossRules, h, &l, faultless)}
	}
	found = append(h.stillKnown(), found...)
	if len(found) > 1 {
		found = slices.DeleteFunc(found, func(f Finding) bool { return !f.Failure.Bad() })
	}
	for i := range found {
		found[i].Remedies = Remedies(found[i].Failure, h.Setup)
	}
	return found
}

// stillKnown returns the known findings that no later row has outlived.
func (h *History) stillKnown() []Finding {
	var list []Finding
	for _, f := range h.Known {
		if len(h.Rows) == 0 || h.Rows[len(h.Rows)-1].Step <= f.Since {
			list = append(list, f)
		}
	}
	return list
}

// firstOf returns the finding of the first rule that applies, or of otherwise.
func firstOf(rules []rule, h *History, l *losses, otherwise rule) *Finding {
	for _, r := range rules {
		if f := r(h, l); f != nil {
			return f
		}
	}
	return otherwise(h, l)
}

// judgeProbes returns all findings about a history with probes.
func judgeProbes(h *History, l *losses) []Finding {
	var found []Finding
	nothing := func(*History, *losses) *Finding { return nil }
	if f := firstOf(provedByLosses, h, l, nothing); f != nil {
		found = append(found, *f)
	}
	v := viewOf(h)
	for _, r := range probeRules {
		if len(found) > 0 && !r.independent {
			continue
		}
		if f := r.find(v); f != nil {
			found = append(found, *f)
		}
	}
	if len(found) == 0 {
		found = append(found, *probedHealth(v))
	}
	return found
}
