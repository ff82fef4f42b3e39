# AR(1) on days 0, 1, 2, 4, 8 in both of its meanings, by nlme:  Rscript make_ar1_times.R  (in this folder)
# Writes ar1_times.json: the versions, and for each model -2 log L, rho and the residual variance.
suppressMessages({library(nlme); library(jsonlite)})
data <- read.csv("data/sleepstudy.csv")
data <- data[data$Days %in% c(0, 1, 2, 4, 8), ]
data$rank <- match(data$Days, c(0, 1, 2, 4, 8))
data$flipped <- ifelse(data$Days %% 2 == 1, -1, 1) * data$Reaction  # rho below 0
# One visit in four missed: the ranks are those of all times, the times are themselves.
gaps <- data[(seq_len(nrow(data)) * 7) %% 4 > 0, ]
cases <- list(
  time = list(Reaction ~ Days, form = ~ Days | Subject, data = "data"),
  visit = list(Reaction ~ Days, form = ~ rank | Subject, data = "data"),
  gaps_time = list(Reaction ~ Days, form = ~ Days | Subject, data = "gaps"),
  gaps_visit = list(Reaction ~ Days, form = ~ rank | Subject, data = "gaps"),
  flipped_time = list(flipped ~ Days, form = ~ Days | Subject, data = "data"))
out <- list(versions = list(R = paste(R.version$major, R.version$minor, sep = "."), nlme = as.character(packageVersion("nlme"))), fits = list())
for (name in names(cases)) for (method in c("ML", "REML")) {
  one <- cases[[name]]
  fit <- do.call(gls, list(one[[1]], data = get(one$data), correlation = corAR1(form = one$form), method = method,
                           control = glsControl(tolerance = 1e-12, msTol = 1e-12, maxIter = 500, msMaxIter = 500)))
  out$fits[[paste(name, method)]] <- list(minus2logL = -2 * as.numeric(logLik(fit)), sigma2 = fit$sigma^2,
    rho = as.numeric(coef(fit$modelStruct$corStruct, unconstrained = FALSE)))
}
write_json(out, "ar1_times.json", digits = 10, auto_unbox = TRUE, pretty = TRUE)
