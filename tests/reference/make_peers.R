# lme4 and nlme at their default settings on every model of the agreement page, from the repository's top:
#   LMMTEACH_DATA=folder Rscript tests/reference/make_peers.R
# Writes tests/reference/peers_r.json: versions, and for each model what either program said. LMMTEACH_DATA is a folder
# with Cholesterol.txt; without it the Framingham models are left out, and the script says so.
suppressMessages({library(lme4); library(nlme); library(jsonlite)})
setwd("tests/reference")

told <- function(engine, expr) {  # the fit's numbers, or its error; warnings and messages are kept
  said <- character()
  fit <- tryCatch(
    withCallingHandlers(expr, warning = function(w) {said <<- c(said, conditionMessage(w)); invokeRestart("muffleWarning")},
                        message = function(m) {said <<- c(said, trimws(conditionMessage(m))); invokeRestart("muffleMessage")}),
    error = function(e) conditionMessage(e))
  if (is.character(fit)) return(list(error = trimws(fit)))
  list(deviance = -2 * as.numeric(logLik(fit)), beta = I(unname(if (inherits(fit, "gls")) coef(fit) else fixef(fit))),
       se = I(unname(sqrt(diag(as.matrix(vcov(fit)))))), G = G_of(fit), sigma2 = sigma(fit)^2, said = I(unique(said)))
}

G_of <- function(fit) {  # one matrix; for nested and crossed models the variances, by group
  if (inherits(fit, "gls")) return(NULL)
  if (inherits(fit, "lme")) {
    levels <- rev(fit$modelStruct$reStruct)
    parts <- lapply(levels, function(part) unname(as.matrix(part)) * fit$sigma^2)
    return(if (length(parts) == 1) parts[[1]] else setNames(lapply(parts, c), names(levels)))
  }
  parts <- VarCorr(fit)
  groups <- sub("\\.[0-9]+$", "", names(parts))
  if (length(unique(groups)) > 1) return(setNames(lapply(parts, function(part) c(unname(part))), names(parts)))
  G <- diag(0, sum(sapply(parts, nrow)))
  end <- 0
  for (part in parts) {
    at <- end + seq_len(nrow(part)); G[at, at] <- as.matrix(part); end <- max(at)
  }
  G
}

both <- function(formula, data, method = "REML", uncorrelated = FALSE) {  # a formula in lme4's words, by both programs
  formula <- as.formula(formula)
  bar <- lme4::findbars(formula)[[1]]
  fixed <- lme4::nobars(formula)
  random <- if (uncorrelated) NULL else eval(bquote(~ .(bar[[2]]) | .(bar[[3]])))
  list(lme4 = told("lme4", lmer(formula, data, REML = method == "REML")),
       nlme = told("nlme", eval(bquote(lme(.(fixed), data, random = .(random), method = method, na.action = na.omit)))))
}

out <- list()
started <- proc.time()[["elapsed"]]

# 1. The classic data: each by the program it was written for, and by the other one where that has the model.
for (entry in read_json("reference_fits.json")$entries) {
  data <- read.csv(entry$csv)
  for (column in names(entry$reference_levels)) {
    data[[column]] <- factor(data[[column]])
    data[[column]] <- relevel(data[[column]], ref = entry$reference_levels[[column]])
  }
  call <- entry$r_call
  if (startsWith(call, "lmer")) {
    formula <- sub("^lmer\\((.*), data, REML=.*$", "\\1", call)
    uncorrelated <- grepl("||", formula, fixed = TRUE)
    found <- if (uncorrelated) list() else both(formula, data, entry$method)
    if (uncorrelated) {
      found$lme4 <- told("lme4", eval(parse(text = call)))
      spec <- entry$spec
      diagonal <- setNames(list(pdDiag(as.formula(spec$random))), spec$group)
      found$nlme <- told("nlme", eval(bquote(lme(.(as.formula(spec$fixed)), data, random = diagonal, method = .(entry$method)))))
    }
  } else {
    found <- list(nlme = told("nlme", eval(parse(text = call))))
  }
  out[[entry$id]] <- found
}

# 2. The hard sets.
for (entry in read_json("hard_sets.json")$entries) {
  random <- if (entry$random %in% c("", "1")) "1" else paste("1 +", entry$random)
  out[[entry$id]] <- both(sprintf("%s + (%s | %s)", entry$fixed, random, entry$group), read.csv(entry$csv))
}

# 3. Crossed and nested. nlme has no plain way to say crossed.
penicillin <- read.csv("data/Penicillin.csv")
out$penicillin_crossed <- list(lme4 = told("lme4", lmer(diameter ~ 1 + (1 | plate) + (1 | sample), penicillin)))
pastes <- read.csv("data/Pastes.csv")
out$pastes_nested <- list(lme4 = told("lme4", lmer(strength ~ 1 + (1 | batch/cask), pastes)),
                          nlme = told("nlme", lme(strength ~ 1, pastes, random = ~ 1 | batch/cask)))
oats <- read.csv("data/Oats.csv")
out$oats_nested <- list(lme4 = told("lme4", lmer(yield ~ nitro + (1 | Block/Variety), oats)),
                        nlme = told("nlme", lme(yield ~ nitro, oats, random = ~ 1 | Block/Variety)))

# 4. Framingham, the real participants.
file <- file.path(Sys.getenv("LMMTEACH_DATA"), "Cholesterol.txt")
if (file.exists(file)) {
  data <- read.table(file, header = TRUE)
  data <- data.frame(id = data$newid, sex = factor(c("male", "female")[data$sex + 1], levels = c("female", "male")),
                     age = data$age, year = data$year, cholesterol = data$cholst)
  for (fit in read_json("../../lmmteach/datasets/framingham_fits.json")$fits)
    out[[paste0("framingham_", fit$model, ".", fit$method)]] <- both(fit$formula, data, fit$method)
} else message("LMMTEACH_DATA names no folder with Cholesterol.txt: the Framingham models are left out.")

cat(length(out), "models in", round(proc.time()[["elapsed"]] - started), "s\n")
versions <- list(R = paste(R.version$major, R.version$minor, sep = "."), lme4 = as.character(packageVersion("lme4")),
                 nlme = as.character(packageVersion("nlme")), Matrix = as.character(packageVersion("Matrix")))
json <- function(x) toJSON(x, digits = I(13), auto_unbox = TRUE, null = "null", na = "null")
fits <- sprintf('"%s": %s', names(out), vapply(out, json, ""))  # one line a model
writeLines(c(sprintf('{"versions": %s, "fits": {', json(versions)), paste(fits, collapse = ",\n"), "}}"), "peers_r.json")
