"""Trains and judges scorecards with optbinning and scorecardpy on one CSV, on the folds that
Changrong made, and prints what it measured as one line of JSON for each.

usage: peers.py SAMPLE.csv TARGET BAD FOLDS.json
FOLDS.json: [[fold of each row] for each seed]
"""
import json, os, statistics, sys, time, warnings

warnings.filterwarnings("ignore")
os.environ["PYTHONWARNINGS"] = "ignore"
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

path, target, bad, folds = sys.argv[1:5]
data = pd.read_csv(path)
y = (data.pop(target).astype(str) == bad).astype(int).to_numpy()
numbers = [c for c in data if pd.api.types.is_numeric_dtype(data[c])]
classes = [c for c in data if c not in numbers]
for c in classes:
    data[c] = data[c].astype(object)
seeds = json.load(open(folds))


def optbinning(train, test):
    from optbinning import BinningProcess, Scorecard

    process = BinningProcess(list(data), categorical_variables=classes, selection_criteria={"iv": {"min": 0.02}},
                             binning_fit_params={c: {"monotonic_trend": "auto", "min_bin_size": 0.05, "max_n_prebins": 20} for c in data})
    card = Scorecard(binning_process=process, estimator=LogisticRegression(C=1, max_iter=1000))
    card.fit(data.iloc[train], y[train])
    return card, lambda: card.predict_proba(data.iloc[test])[:, 1]


def scorecardpy(train, test):
    import scorecardpy as sc

    frame = data.copy()
    frame["y_"] = y
    a, b = frame.iloc[train], frame.iloc[test]
    bins = sc.woebin(a, y="y_", no_cores=1, print_step=0)
    x, z = sc.woebin_ply(a, bins, no_cores=1, print_step=0), sc.woebin_ply(b, bins, no_cores=1, print_step=0)
    columns = [c for c in x if c.endswith("_woe") and bins[c[:-4]]["total_iv"].iloc[0] >= 0.02]
    fit = LogisticRegression(C=1, max_iter=1000).fit(x[columns], a["y_"])
    return fit, lambda: fit.predict_proba(z[columns].fillna(0))[:, 1]


for name, make in (("optbinning", optbinning), ("scorecardpy", scorecardpy)):
    everything = np.arange(len(y))
    took = []
    try:
        for _ in range(3):
            began = time.perf_counter()
            make(everything, everything[:1])
            took.append(time.perf_counter() - began)
        auc = []
        for fold in seeds:
            fold = np.array(fold)
            for f in sorted(set(fold)):
                train, test = np.where(fold != f)[0], np.where(fold == f)[0]
                _, predict = make(train, test)
                auc.append(roc_auc_score(y[test], predict()))
        print(json.dumps({"who": name, "train_s": statistics.median(took), "auc": statistics.mean(auc), "sd": statistics.stdev(auc)}), flush=True)
    except Exception as e:  # what fails stays in the table
        print(json.dumps({"who": name, "failed": f"{type(e).__name__}: {e}"[:300]}), flush=True)
