# What lme4, lmerTest and nlme print, for the book's Rosetta pages:
#     Rscript make_r.R FOLDER OUTPUT.json
# FOLDER holds sleepstudy.csv and framingham.csv (make_rosetta.py writes them).  Default settings throughout, as a
# reader would call the programs; warnings are recorded, not silenced.
suppressMessages({library(lme4); library(lmerTest); library(nlme); library(jsonlite)})
args <- commandArgs(trailingOnly = TRUE)
sets <- list(
  sleepstudy = list(fixed = "reaction ~ days", time = "days", group = "subject", step = 1),
  framingham = list(fixed = "cholesterol ~ sex*year + age*year", time = "year", group = "id", step = 2)
)
random <- list(ri = "(1 | %g)", rs = "(1 + %t | %g)", diag = "(1 + %t || %g)")
fill <- function(text, set) gsub("%g", set$group, gsub("%t", set$time, text))
named <- function(x) as.list(setNames(as.numeric(x), names(x)))
rows <- function(m) unname(lapply(seq_len(nrow(m)), function(k) I(unname(as.numeric(m[k, ])))))

heard <- character()
listen <- function(code) {
  heard <<- character()
  note <- function(c) heard <<- c(heard, trimws(conditionMessage(c)))
  withCallingHandlers(code, warning = function(w) { note(w); invokeRestart("muffleWarning") },
                      message = function(m) { note(m); invokeRestart("muffleMessage") })
}

shared <- function(fit, b, se) list(
  deviance = -2 * as.numeric(logLik(fit)), aic = AIC(fit), bic = BIC(fit), beta = named(b), se = named(se))

from_lme4 <- function(model, set, data, reml) {
  call <- sprintf("lmer(%s + %s, data, REML = %s)", set$fixed, fill(random[[model]], set), reml)
  fit <- listen(lmerTest::lmer(as.formula(paste(set$fixed, "+", fill(random[[model]], set))), data, REML = reml))
  table <- coef(summary(fit))                                     # lmerTest: Satterthwaite's df
  G <- Matrix::bdiag(lapply(VarCorr(fit), function(v) as.matrix(v)))  # `||` makes a term of each effect
  out <- c(shared(fit, fixef(fit), table[, "Std. Error"]), list(
    df = named(table[, "df"]), G = rows(as.matrix(G)), sigma2 = sigma(fit)^2, call = call, said = I(heard)))
  if (reml) out$df_kr <- named(listen(coef(summary(fit, ddf = "Kenward-Roger")))[, "df"])
  out
}

from_lme <- function(model, set, data, reml) {
  method <- if (reml) "REML" else "ML"
  part <- c(ri = "~ 1 | %g", rs = "~ %t | %g", diag = "list(%g = pdDiag(~ %t))")[[model]]
  part <- fill(part, set)
  call <- sprintf('lme(%s, data, random = %s, method = "%s")', set$fixed, part, method)
  fit <- listen(eval(parse(text = call)))
  table <- summary(fit)$tTable
  c(shared(fit, fixef(fit), table[, "Std.Error"]), list(
    df = named(table[, "DF"]), G = rows(as.matrix(getVarCov(fit))), sigma2 = fit$sigma^2, call = call, said = I(heard)))
}

from_gls <- function(model, set, data, reml) {
  method <- if (reml) "REML" else "ML"
  form <- fill("~ visit | %g", set)
  extra <- c(cs = sprintf("correlation = corCompSymm(form = %s)", fill("~ 1 | %g", set)),
             ar1 = sprintf("correlation = corAR1(form = %s)", form),
             un = sprintf("correlation = corSymm(form = %s), weights = varIdent(form = ~ 1 | visit)", form))[[model]]
  if (model == "un") extra <- paste0(extra, ", control = glsControl(maxIter = 200, msMaxIter = 500)")
  call <- sprintf('gls(%s, data, %s, method = "%s")', set$fixed, extra, method)
  fit <- listen(eval(parse(text = call)))
  table <- summary(fit)$tTable
  full <- names(which.max(table(data[[set$group]])))              # a subject seen at every visit
  V <- as.matrix(getVarCov(fit, individual = full))
  c(shared(fit, coef(fit), table[, "Std.Error"]), list(
    df = setNames(as.list(rep(fit$dims$N - fit$dims$p, length(coef(fit)))), names(coef(fit))),
    V = rows(V), call = call, said = I(heard)))
}

out <- list(versions = list(R = paste(R.version$major, R.version$minor, sep = "."),
  lme4 = as.character(packageVersion("lme4")), lmerTest = as.character(packageVersion("lmerTest")),
  pbkrtest = as.character(packageVersion("pbkrtest")), nlme = as.character(packageVersion("nlme"))), fits = list())
for (name in names(sets)) {
  set <- sets[[name]]
  data <- read.csv(file.path(args[1], paste0(name, ".csv")), stringsAsFactors = FALSE)
  data[[set$group]] <- factor(data[[set$group]])
  data$visit <- as.integer(round(data[[set$time]] / set$step)) + 1L
  for (method in c("REML", "ML")) for (model in c("ri", "rs", "diag", "cs", "ar1", "un")) {
    key <- paste(name, model, method, sep = ".")
    message(key)
    if (model %in% names(random)) out$fits[[key]]$lme4 <- from_lme4(model, set, data, method == "REML")
    make <- if (model %in% names(random)) from_lme else from_gls
    out$fits[[key]]$nlme <- tryCatch(make(model, set, data, method == "REML"),
                                     error = function(e) list(failed = conditionMessage(e)))
  }
}
write_json(out, args[2], digits = NA, auto_unbox = TRUE, pretty = TRUE, na = "null")
