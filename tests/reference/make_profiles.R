# Profile intervals by lme4, ML, for tests/test_intervals.py:  Rscript make_profiles.R  (in this folder)
# Writes profiles.json: the versions, and for each model its formula and the 95 % limits of every parameter.
suppressMessages({library(lme4); library(jsonlite)})
options(warn = -1)
fits <- list(
  dyestuff2 = list(csv = "data/Dyestuff2.csv", formula = "Yield ~ 1 + (1 | Batch)"),
  sleep_slope = list(csv = "data/sleepstudy.csv", formula = "Reaction ~ Days + (0 + Days | Subject)"),
  sleep_unbalanced = list(csv = "data/sleepstudy.csv", formula = "Reaction ~ Days + (1 + Days | Subject)", keep = "unbalanced"),
  orthodont = list(csv = "data/Orthodont.csv", formula = "distance ~ age + (1 + age | Subject)"),
  oats = list(csv = "data/Oats.csv", formula = "yield ~ nitro + (1 | Block/Variety)")
)
out <- list(versions = list(R = paste(R.version$major, R.version$minor, sep = "."), lme4 = as.character(packageVersion("lme4"))),
            fits = list())
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9, maxfun = 1e5))
for (name in names(fits)) {
  one <- fits[[name]]
  data <- read.csv(one$csv)
  if (identical(one$keep, "unbalanced")) data <- data[(seq_len(nrow(data)) * 7) %% 10 < 6, ]  # six rows in ten
  fit <- lmer(as.formula(one$formula), data, REML = FALSE, control = control)
  ci <- confint(profile(fit, signames = FALSE, delta.cutoff = 1/16, verbose = 0))
  out$fits[[name]] <- list(csv = one$csv, formula = one$formula, unbalanced = identical(one$keep, "unbalanced"),
                           logLik = as.numeric(logLik(fit)), limits = setNames(lapply(seq_len(nrow(ci)), function(k) unname(ci[k, ])), rownames(ci)))
}
write_json(out, "profiles.json", digits = 10, auto_unbox = TRUE, pretty = TRUE, na = "null")
