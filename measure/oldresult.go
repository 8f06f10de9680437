package measure

import (
	"encoding/json"
	"strings"
)

// Older versions wrote results with other JSON keys and other words. This file reads
// them. Package measure writes only the new ones.

// oldNearBaseline is the old text of [NearBaseline].
const oldNearBaseline Better = "near floor"

// UnmarshalJSON reads a figure with the new keys or the old ones: spread, spread_of and
// floor.
func (v *Value) UnmarshalJSON(text []byte) error {
	type plain Value // without this method
	both := struct {
		plain
		Spread   *Number `json:"spread"`
		SpreadOf string  `json:"spread_of"`
		Floor    *Number `json:"floor"`
	}{plain: plain(*v)}
	if err := json.Unmarshal(text, &both); err != nil {
		return err
	}
	*v = Value(both.plain)
	if v.StdErr == nil {
		v.StdErr = both.Spread
	}
	if v.StdErrOf == "" {
		v.StdErrOf = both.SpreadOf
	}
	if v.Baseline == nil {
		v.Baseline = both.Floor
	}
	if v.Better == oldNearBaseline {
		v.Better = NearBaseline
	}
	return nil
}

// newWords replaces the words of old protocols. A result of an older version can then be
// compared with a new one if both were computed in the same way. The protocols of parzen,
// memorisation, mmd and classes are not among them: they took the first examples of a set
// where the new ones draw.
var newWords = strings.NewReplacer(
	"a ball reaches from each example to its 5-th nearest of its own set, itself left out, border excluded: "+
		"precision is the share of samples in a ball of a real example, recall of real examples in a ball of a sample, "+
		"density the mean number of real balls a sample is in divided by 5, coverage the share of real balls with a sample",
	prdcProtocol,
	"a ball reaches from each example to its 3-rd nearest of its own set, itself left out, border included: "+
		"precision is the share of samples in a ball of a real example, recall of real examples in a ball of a sample",
	prProtocol,
	"finite samples are too far apart, by more the fewer they are, so only equal numbers compare",
	biasOfFrechet,
	"leave-one-out: an example is told right if the nearest of all other samples and real examples, as many of the one as of the other, is of its own kind, and half right if both kinds are as near",
	oneNNProtocol,
	"the floor is of as many draws from the mixture",
	baselineOfModes,
	"the baseline is of as many draws from the mixture",
	baselineOfModes,
	"(by distance only: no person has looked at the pairs, as in Arora and Zhang 2017)",
	pairsByDistance,
	"as many samples as real examples, halves of each drawn at random: a network of",
	"equal numbers of samples and real examples, each divided into random halves: a network of",
	"learns to tell them apart on one half",
	"learns to classify them on one half",
	"features brought to mean 0 and sd 1), accuracy at 1/2 and area under the ROC curve are of the other; 1/2 is chance",
	"features scaled to mean 0 and sd 1); accuracy at the threshold 1/2 and area under the ROC curve are of the other half; 1/2 is chance",
	"each channel brought to mean 0 and sd 1 in either set",
	"each channel scaled to mean 0 and sd 1 in each set",
)

// UnmarshalJSON reads a result. In the result of an older version, it replaces the old
// words of the protocol, so that [Comparable] finds protocols with the same meaning equal.
func (r *Result) UnmarshalJSON(text []byte) error {
	type plain Result // without this method
	if err := json.Unmarshal(text, (*plain)(r)); err != nil {
		return err
	}
	r.Protocol = newWords.Replace(r.Protocol)
	return nil
}
