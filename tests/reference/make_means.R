# Marginal means, contrasts and tests of terms by emmeans, lmerTest and pbkrtest, for tests/inference/test_peers.py:
#   Rscript make_means.R   (in this folder)
# Writes means.json: the versions, and for each model its data, formula and what is asked of it, with R's answers.
# lme4's optimizer is tightened, so that its fits stand at the optimum as ours do. The generated data sets are written
# into data/ with a fixed seed; each has holes in it.
suppressMessages({library(lme4); library(lmerTest); library(emmeans); library(pbkrtest); library(jsonlite)})
options(warn = -1)
emm_options(lmerTest.limit = 1e5, pbkrtest.limit = 1e5, rg.limit = 1e5)
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.2, rhoend = 1e-10, maxfun = 1e6),
                       check.rankX = "silent.drop.cols")

generated <- function() {
  set.seed(20)
  # two factors and an age in unequal cells, visits missed, random intercept and slope
  n <- 60
  id <- rep(seq_len(n), each = 5); t <- rep(0:4, n)
  dose <- sample(c("high", "low", "none"), n, TRUE, c(.5, .3, .2))[id]
  site <- sample(c("north", "south"), n, TRUE, c(.7, .3))[id]
  age <- round(rnorm(n, 50, 8))[id]
  smoker <- rbinom(n, 1, .3)[id]
  y <- 20 + 2 * (dose == "high") + t * (1 - .5 * (dose == "high")) + .1 * age + (site == "south") + smoker +
    rnorm(n, 0, 2)[id] + rnorm(n, 0, .5)[id] * t + rnorm(5 * n)
  trial <- data.frame(id, t, dose, site, age, smoker, y = round(y, 3))
  write.csv(trial[runif(nrow(trial)) < .75, ], "data/generated_trial.csv", row.names = FALSE)
  # workers on machines of brands: crossed, one cell of shift x machine without rows
  grid <- expand.grid(worker = paste0("w", 1:12), machine = c("A", "B", "C"), shift = c("day", "late", "night"), again = 1:3)
  grid <- grid[!(grid$machine == "B" & grid$shift == "night") & runif(nrow(grid)) < .6, ]
  w <- rnorm(12, 0, 3); wm <- rnorm(36, 0, 1.5)
  grid$score <- round(50 + 5 * (grid$machine == "C") + 2 * (grid$shift == "night") + w[as.integer(grid$worker)] +
    wm[as.integer(interaction(grid$worker, grid$machine))] + rnorm(nrow(grid)), 3)
  write.csv(grid[names(grid) != "again"], "data/generated_machines.csv", row.names = FALSE)
  # no variance between groups: the estimate lies at 0
  g <- rep(1:15, each = 4)
  flat <- data.frame(g, arm = rep(c("a", "b", "c"), each = 20), x = round(runif(60), 2), y = round(rnorm(60), 3))
  flat$y <- round(flat$y - ave(flat$y, flat$g) * .9, 3)
  write.csv(flat[-c(3, 9, 10, 11, 30, 58), ], "data/generated_flat.csv", row.names = FALSE)
}
generated()

asked <- function(specs, at = NULL, weights = "equal", contrasts = NULL, adjust = "none")
  list(specs = I(specs), at = at, weights = weights, contrasts = contrasts, adjust = adjust)
models <- list(
  sleep = list(csv = "sleepstudy", formula = "Reaction ~ Days + (1 + Days | Subject)", means = list(
    asked("Days", list(Days = c(0, 9))), asked("Days", list(Days = c(0, 3, 9)), contrasts = "pairwise", adjust = "tukey"))),
  sleep_singular = list(csv = "sleepstudy", formula = "Reaction ~ Days + I(Days^2) + (1 + Days + I(Days^2) | Subject)", rows = 60,
    means = list(asked("Days", list(Days = c(1, 5))))),
  orthodont = list(csv = "Orthodont", formula = "distance ~ Sex*age + (1 + age | Subject)", means = list(
    asked("Sex"), asked("Sex", list(age = c(8, 14))), asked(c("Sex", "age"), list(age = c(8, 14))),
    asked("Sex", list(age = 11), contrasts = "pairwise"))),
  oats = list(csv = "Oats", formula = "yield ~ Variety*factor(nitro) + (1 | Block/Variety)", means = list(
    asked("Variety"), asked("Variety", contrasts = "pairwise", adjust = "tukey"), asked("nitro", contrasts = "reference", adjust = "holm"))),
  oats_holes = list(csv = "Oats", formula = "yield ~ Variety*factor(nitro) + (1 | Block/Variety)", rows = 53, means = list(
    asked("Variety"), asked("Variety", weights = "proportional"), asked("Variety", contrasts = "pairwise", adjust = "tukey"),
    asked("nitro", contrasts = "pairwise", adjust = "bonferroni"))),
  chicks = list(csv = "ChickWeight", formula = "weight ~ factor(Diet)*Time + I(Time^2) + (1 + Time | Chick)", means = list(
    asked("Diet"), asked("Diet", list(Time = c(0, 10, 21))), asked("Diet", list(Time = 21), contrasts = "pairwise", adjust = "tukey"))),
  chicks_log = list(csv = "ChickWeight", formula = "log(weight) ~ factor(Diet) + poly(Time, 2) + (1 | Chick)", means = list(
    asked("Diet"), asked("Diet", list(Time = 3), contrasts = "reference"))),
  rats = list(csv = "BodyWeight", formula = "weight ~ factor(Diet)*Time + (1 + Time | Rat)", means = list(
    asked("Diet", list(Time = c(1, 64))), asked("Diet", contrasts = "pairwise", adjust = "holm"))),
  trial = list(csv = "generated_trial", formula = "y ~ dose*t + site*dose + age + smoker + (1 + t | id)", means = list(
    asked("dose"), asked("dose", weights = "proportional"), asked(c("dose", "site")), asked("dose", list(t = c(0, 4), site = "south")),
    asked("smoker"), asked("dose", list(t = 4), contrasts = "pairwise", adjust = "tukey"), asked("site", list(smoker = 1), weights = "proportional"),
    asked(c("site", "dose"), contrasts = "reference", adjust = "bonferroni"))),
  trial_logage = list(csv = "generated_trial", formula = "y ~ dose*log(age) + t + (1 | id) + (0 + t | id)", means = list(
    asked("dose"), asked("dose", list(age = 40), contrasts = "pairwise"))),
  machines = list(csv = "generated_machines", formula = "score ~ machine + shift + (1 | worker) + (1 | worker:machine)", means = list(
    asked("machine"), asked("machine", weights = "proportional"), asked("shift", contrasts = "pairwise", adjust = "tukey"))),
  machines_empty_cell = list(csv = "generated_machines", formula = "score ~ machine*shift + (1 | worker)", means = list(
    asked("machine"), asked(c("machine", "shift")), asked("shift", contrasts = "pairwise"))),
  flat = list(csv = "generated_flat", formula = "y ~ arm*x + (1 | g)", means = list(
    asked("arm"), asked("arm", list(x = 0), contrasts = "pairwise", adjust = "tukey"))),
  flat_slope = list(csv = "generated_flat", formula = "y ~ arm + x + (1 + x | g)", means = list(
    asked("arm"), asked("arm", weights = "proportional", contrasts = "reference")))
)

best <- function(formula, data) {  # from lme4's own start, and from one with every correlation negative: the better
  first <- lmerTest::lmer(formula, data, control = control)
  other <- ifelse(getME(first, "lower") == 0, 1.2, -1)
  second <- lmerTest::lmer(formula, data, control = control, start = list(theta = other))
  if (logLik(second) > logLik(first) + 1e-9) second else first
}
table_of <- function(summary) {  # the columns that ours has, by its names
  found <- as.data.frame(summary)
  estimate <- intersect(c("emmean", "estimate"), names(found))
  list(Estimate = found[[estimate]], `Std. Error` = found$SE, df = found$df, lower = found$lower.CL, upper = found$upper.CL,
       `t value` = found$t.ratio, `p value` = found$p.value)
}
means_of <- function(fit, one, data, mode) {
  grid <- emmeans(fit, one$specs, at = one$at, weights = one$weights, lmer.df = mode, nesting = NULL, data = data)
  if (!is.null(one$contrasts)) grid <- contrast(grid, if (one$contrasts == "pairwise") "pairwise" else "trt.vs.ctrl")
  table_of(summary(grid, infer = c(TRUE, TRUE), adjust = one$adjust))
}
anova_of <- function(fit, mode) {
  found <- as.data.frame(lmerTest:::anova.lmerModLmerTest(fit, type = "III", ddf = mode))
  list(term = rownames(found), `F value` = found$`F value`, NumDF = found$NumDF, DenDF = found$DenDF, `p value` = found$`Pr(>F)`)
}
contrast_of <- function(fit, L, mode) {
  found <- contestMD_rows(fit, L, mode)
  list(Estimate = found$Estimate, `Std. Error` = found$`Std. Error`, df = found$df, lower = found$lower, upper = found$upper)
}
contestMD_rows <- function(fit, L, mode) as.data.frame(lmerTest::contest(fit, L, joint = FALSE, ddf = mode, confint = TRUE))

out <- list(versions = c(list(R = paste(R.version$major, R.version$minor, sep = ".")),
                         sapply(c("lme4", "lmerTest", "emmeans", "pbkrtest"), function(p) as.character(packageVersion(p)), simplify = FALSE)),
            models = list())
for (name in names(models)) {
  one <- models[[name]]
  data <- read.csv(file.path("data", paste0(one$csv, ".csv")), stringsAsFactors = TRUE)
  if (!is.null(one$rows)) data <- data[(seq_len(nrow(data)) * 7) %% nrow(data) < one$rows, ]  # so many rows, spread out
  fit <- best(as.formula(one$formula), data)
  p <- length(fixef(fit))
  L <- rbind(rep(1, p), seq_len(p) / p * (-1)^seq_len(p))
  entry <- list(csv = one$csv, rows = one$rows, formula = one$formula, singular = isSingular(fit, 1e-5),
                deviance = -2 * as.numeric(logLik(fit)), weights = L, asked = one$means)
  for (mode in c("satterthwaite", "kenward-roger")) {
    ddf <- if (mode == "satterthwaite") "Satterthwaite" else "Kenward-Roger"
    entry[[mode]] <- list(means = lapply(one$means, function(m) means_of(fit, m, data, mode)), anova = anova_of(fit, ddf),
                          contrast = contrast_of(fit, L, ddf))
  }
  cat(name, entry$deviance, entry$singular, nrow(data), "\n")
  out$models[[name]] <- entry
}
write_json(out, "means.json", digits = 12, auto_unbox = TRUE, pretty = TRUE, na = "null", null = "null")
