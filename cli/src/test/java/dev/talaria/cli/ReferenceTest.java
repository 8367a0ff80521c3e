package dev.talaria.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ReferenceTest {
  @Test
  void shouldFindThePageUpToDate() throws IOException {
    String page = Files.readString(Reference.PAGE);

    assertThat(Reference.updated(page))
        .as("docs/cli.md; run the main method of dev.talaria.cli.Reference in the folder cli")
        .isEqualTo(page);
  }

  @Test
  void shouldHaveASectionOfItsOwnForEachVerbAndNothingHidden() throws IOException {
    String page = Files.readString(Reference.PAGE);

    assertThat(page.lines().filter(line -> line.startsWith("### ") || line.startsWith("#### ")))
        .doesNotHaveDuplicates()
        .contains("#### boards rm", "#### boards delete");
    assertThat(page).doesNotContain("|---|---|\n\n", "` |  |");
  }

  @Test
  void shouldDescribeEveryVerbAndArgument() {
    assertThat(Reference.local()).isNotEmpty().allSatisfy(verb -> {
      assertThat(verb.usageMessage().description()).as(verb.name()).isNotEmpty();
      assertThat(verb.args())
          .as(verb.name())
          .allSatisfy(argument ->
              assertThat(argument.hidden() || argument.description().length > 0).isTrue());
    });
  }
}
