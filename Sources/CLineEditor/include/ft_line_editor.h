int ft_line_editor_placeholder(void);
