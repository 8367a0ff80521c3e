package dev.talaria.board;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with a new board of its own. */
public abstract class BoardTest {
  @TempDir
  protected Path directory;

  protected BoardFixture fixture;

  @BeforeEach
  void openBoard() {
    fixture = new BoardFixture(directory);
  }

  @AfterEach
  void closeBoard() {
    fixture.close();
  }
}
