package dev.talaria.cli.doctor;

import java.util.ArrayList;
import java.util.List;

/** Looks at everything in turn; a check that fails is a finding, and the others go on. */
final class Doctor {
  /**
   * What one check came to.
   *
   * @param check its name
   */
  record Result(String check, List<Finding> findings) {}

  private Doctor() {}

  static Result look(Check check) {
    try {
      return new Result(check.name(), check.look());
    } catch (Exception e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return new Result(
          check.name(),
          List.of(Finding.problem(
              check.name(),
              "could not be looked at: "
                  + (cause.getMessage() == null ? cause : cause.getMessage()),
              "Mend what it says, and ask again. TALARIA_DEBUG=1 shows more.")));
    }
  }

  static List<Result> all(List<Check> checks) {
    List<Result> results = new ArrayList<>();
    checks.forEach(check -> results.add(look(check)));
    return results;
  }
}
