import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/** Spring Boot with Spring Security for other pages. */
public class BootSecurity {
  public static void main(String[] args) throws Exception {
    Boot.run(args[0], "native", OtherPages.class);
  }

  /** Its own pages and no others: the rest is left to mcp-auth. */
  @Configuration(proxyBeanMethods = false)
  static class OtherPages {
    @Bean
    SecurityFilterChain adminPages(HttpSecurity http) throws Exception {
      return http.securityMatcher("/admin/**")
          .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
          .httpBasic(Customizer.withDefaults())
          .build();
    }
  }
}
