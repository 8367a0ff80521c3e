package dev.talaria.protocol.policy;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Finds the line of an output that tells what went wrong. In this order: the exception of the last stack trace; the last
 * line that says "error" of itself; the last line with a word of failure in it; the last line. What only repeats that
 * something failed ("exit status 1"), gives advice or points to a log is passed over.
 */
final class TellingLine {
  private static final int LOOKED_AT = 200;
  private static final int MESSAGE_LINES = 10;

  /** What follows the failure and says nothing about it. */
  private static final Pattern TRAILER = Pattern.compile("(?i)^\\W{0,4}(?:"
      + "exit (?:status|code):? \\d+\\W*|exited with (?:code|status)? ?\\d+\\W*"
      + "|(?:error: )?(?:process|command|script|the process|the command)(?: '[^']{0,200}'| \"[^\"]{0,200}\")?"
      + " (?:completed|exited|failed|terminated|returned)(?: with| non-zero)? ?(?:exit )?(?:code|status):? -?\\d+\\W*"
      + "|make(?:\\[\\d+])?: \\*\\*\\* .{0,200}|make(?:\\[\\d+])?: leaving directory.{0,200}"
      + "|ninja: build stopped.{0,80}|compilation terminated\\W*|\\d+ (?:error|warning)s?(?: and.{0,40})? generated\\W*"
      + "|node\\.js v\\d.{0,40}|goroutine \\d+ .{0,80}"
      + "|npm (?:err!|error) a complete log.{0,300}|npm (?:err!|error)?\\s{0,8}.{0,200}_logs.{0,200}"
      + "|\\[notice] .{0,200}|\\[error]|\\[error]\\s{1,4}mvn .{0,200}|\\[error] (?:-> )?\\[help \\d+].{0,200}|\\[error] (?:re-run|to see|for more|after correcting).{0,300}"
      + "|note: .{0,300}|hint: .{0,300}|help: .{0,300}|for more information.{0,300}|try '?\\S{1,60} --help.{0,80}"
      + "|please make sure you have.{0,120}|and the repository exists\\W*|see .{1,200} for (?:more )?(?:details|information)\\W*"
      + "|error: could not compile .{0,200}|={3,}.{0,200}={3,}|fail\\s+\\S{1,200}\\s+[\\d.]+s|fail"
      + "|\\[end of output]|some errors have detailed.{0,200}|shutting down\\W*|aborted \\(core dumped\\)\\W*"
      + ")$");

  private static final Pattern MARKED = Pattern.compile(
      "\\b(?:[A-Za-z_][\\w.$]{0,100}(?:Error|Exception|Failure|Interrupt)|(?i:error|fatal|panic|critical|severe|exception))"
          + "(?:\\[[^\\]]{0,40}])?\\s{0,2}[:(!\\]]");
  private static final Pattern OPENING = Pattern.compile(
      "^\\W{0,4}(?:curl: \\(\\d+\\)|E: |FAILED |--- FAIL: |Killed|Segmentation fault|Bus error|ssh: "
          + "|npm (?:ERR!|error) code |\"(?:message|error|detail|reason|msg|error_description)\"\\s{0,4}:\\s{0,4}\"|Traceback)");
  private static final Pattern NPM_CODE = Pattern.compile("^npm (?:ERR!|error) code \\S");
  private static final Pattern NPM = Pattern.compile("^npm (?:ERR!|error)");
  private static final int MARKED_WITHIN = 160;
  private static final Pattern WORDS = Pattern.compile(
      "(?i)\\b(?:error|errors|fail|failed|fails|failure|fatal|cannot|can't|could not|couldn't|unable to|denied|refused|rejected"
          + "|not found|no such|killed|exceeded|timed out|timeout|invalid|unexpected|out of memory|oom|no space|overloaded"
          + "|unauthorized|forbidden|unreachable|quota|missing|does not exist|aborted|crashed|expired)\\b");
  private static final Pattern FRAME = Pattern.compile("^\\s{1,40}at \\S.{0,400}");
  private static final Pattern UNDERLINE = Pattern.compile("[\\s\\W]{1,2000}");

  private TellingLine() {}

  /** The line that tells of an error, if one does. */
  static Optional<String> ofError(List<String> all) {
    List<String> lines = ending(all);
    return ofException(lines)
        .or(() -> lastThat(lines, line -> WORDS.matcher(line).find()));
  }

  /** The exception of a stack trace, or a line that says "error" of itself. */
  static Optional<String> ofException(List<String> all) {
    List<String> lines = ending(all);
    return trace(lines).or(() -> marked(lines));
  }

  /** The last line that says anything. */
  static Optional<String> last(List<String> all) {
    return lastThat(ending(all), line -> true);
  }

  private static Optional<String> trace(List<String> lines) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      String line = lines.get(i);
      if (line.strip().startsWith("Traceback (most recent call last)")) {
        return firstUnindented(lines, i + 1, indent(line)).map(String::strip);
      }
      if (line.startsWith("panic: ") || line.startsWith("fatal error: ")) {
        return Optional.of(line);
      }
      if (line.startsWith("thread '") && line.contains("panicked at")) {
        return Optional.of(line.endsWith(":") && i + 1 < lines.size() ? lines.get(i + 1) : line);
      }
      if (FRAME.matcher(line).matches()) {
        return headline(lines, i);
      }
    }
    return Optional.empty();
  }

  /** Above the frames of Java and JavaScript: the innermost cause, which Java prints last. */
  private static Optional<String> headline(List<String> lines, int lastFrame) {
    int i = lastFrame;
    while (i >= 0) {
      String line = lines.get(i);
      boolean inside = FRAME.matcher(line).matches() || line.strip().startsWith("... ");
      boolean aside = line.strip().startsWith("Suppressed:");
      if (!inside && !aside) {
        break;
      }
      i--;
    }
    // what stands between an exception and its frames belongs to its message
    for (int above = i; above >= Math.max(0, i - MESSAGE_LINES); above--) {
      if (isMarked(lines.get(above))) {
        return Optional.of(lines.get(above).strip());
      }
    }
    return i >= 0 && isTelling(lines.get(i)) ? Optional.of(lines.get(i).strip()) : Optional.empty();
  }

  private static Optional<String> firstUnindented(List<String> lines, int from, int indent) {
    for (int i = from; i < lines.size(); i++) {
      String line = lines.get(i);
      if (indent(line) <= indent) {
        return Optional.of(line);
      }
    }
    return Optional.empty();
  }

  private static int indent(String line) {
    int i = 0;
    while (i < line.length() && (Character.isWhitespace(line.charAt(i)) || line.charAt(i) == '|')) {
      i++;
    }
    return i;
  }

  private static Optional<String> marked(List<String> lines) {
    Optional<String> line = lastThat(lines, TellingLine::isMarked);
    // of npm's many lines the one with the code is the same each time
    return line.filter(it -> NPM.matcher(it).find())
        .flatMap(it -> lastThat(lines, other -> NPM_CODE.matcher(other).find()))
        .or(() -> line);
  }

  private static boolean isMarked(String line) {
    String start = line.length() > MARKED_WITHIN ? line.substring(0, MARKED_WITHIN) : line;
    return OPENING.matcher(start).find()
        || NPM.matcher(start).find()
        || MARKED.matcher(start).find();
  }

  private static Optional<String> lastThat(List<String> lines, Predicate<String> fits) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      String line = lines.get(i);
      if (isTelling(line) && fits.test(line)) {
        return Optional.of(line.strip());
      }
    }
    return Optional.empty();
  }

  private static boolean isTelling(String line) {
    String start = line.length() > 500 ? line.substring(0, 500) : line;
    return !UNDERLINE.matcher(line).matches()
        && !TRAILER.matcher(start.strip().toLowerCase(Locale.ROOT)).matches();
  }

  private static List<String> ending(List<String> lines) {
    return lines.subList(Math.max(0, lines.size() - LOOKED_AT), lines.size());
  }
}
