package io.mcpauth.examples.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

class FewAtOnceTest {
  @Test
  void passwordThatFindsNoProcessor_isNoWrongPassword() {
    PasswordEncoder cheap = new BCryptPasswordEncoder(4);
    String encoded = cheap.encode("p");

    assertThatThrownBy(() -> new FewAtOnce(cheap, new Semaphore(0)).matches("p", encoded))
        .isInstanceOf(AuthenticationServiceException.class);
    assertThat(new FewAtOnce(cheap, new Semaphore(1)).matches("p", encoded)).isTrue();
    assertThat(new FewAtOnce(cheap, new Semaphore(1)).matches("q", encoded)).isFalse();
  }
}
