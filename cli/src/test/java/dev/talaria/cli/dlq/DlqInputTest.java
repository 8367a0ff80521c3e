package dev.talaria.cli.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What makes no sense is refused before Kafka is asked. */
class DlqInputTest {
  @TempDir
  Path home;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "drop --reason=          | --reason is empty",
        "resend --reason=        | --reason is empty",
        "resend --topic=         | --topic is empty",
        "list --topic=           | --topic is empty",
        "list --since=yesterday  | --since is 'yesterday'; expected a time that is past",
        "list --since=25:00      | --since is '25:00'; expected a time that is past",
        "resend --times=x 1      | --times is 'x'; expected a whole number",
        "--json                  | '--json' is not an option of 'talaria dlq', but of 'talaria dlq list'",
      })
  void shouldRefuseInASentence(String typed, String sentence) {
    String[] words = ("dlq " + typed + " --kafka 127.0.0.1:1").split(" ");

    CliRig.Result result = new CliRig(home).run(words);

    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.USAGE);
    assertThat(result.err()).startsWith(sentence);
  }
}
