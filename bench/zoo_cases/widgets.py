"""Widget libraries as they are published."""

from bench.zoo_cases.base import FILES, case
from bench.zoo_cases.human import H

A, B = FILES / "a.txt", FILES / "b.txt"


@case(
    "jqui_datepicker",
    "jquery-ui",
    """<label>When <input id=d></label><script>$('#d').datepicker({defaultDate:new Date(2027,2,10)});__state=()=>d.value</script>""",
    ["jqui"],
)
def _(h: H) -> None:
    h.click("#d")
    h.click(".ui-datepicker-next")
    h.click("td a:text-is('17')")


@case(
    "jqui_slider",
    "jquery-ui",
    """<div id=s style="width:300px;margin:30px"></div><script>$('#s').slider({min:0,max:10});__state=()=>$('#s').slider('value')</script>""",
    ["jqui"],
)
def _(h: H) -> None:
    h.dragby(".ui-slider-handle", 180, 0)


@case(
    "jqui_slider_track",
    "jquery-ui",
    """<div id=s style="width:300px;margin:30px"></div><script>$('#s').slider({min:0,max:10});__state=()=>$('#s').slider('value')</script>""",
    ["jqui"],
)
def _(h: H) -> None:
    h.click("#s", pos=(0.4, 0.5))
    h.press("ArrowRight", 2)


@case(
    "jqui_sortable",
    "jquery-ui",
    """<ul id=l style="width:200px">"""
    + "".join(f"<li style='padding:8px;margin:4px;background:#eee'>Item {i}</li>" for i in range(1, 6))
    + """</ul><script>$('#l').sortable();__state=()=>[...l.children].map(x=>x.textContent)</script>""",
    ["jqui"],
)
def _(h: H) -> None:
    h.drag("text=Item 1", "text=Item 4", bpos=(0.5, 0.8))


@case(
    "jqui_autocomplete",
    "jquery-ui",
    """<input id=q aria-label=Lang><script>$('#q').autocomplete({source:['Java','JavaScript','Julia','Python'],delay:250,select:(e,u)=>__state='sel '+u.item.value})</script>""",
    ["jqui"],
)
def _(h: H) -> None:
    h.click("#q")
    h.type("ja")
    h.click(".ui-menu-item:has-text('JavaScript')")


@case(
    "jqui_autocomplete_kbd",
    "jquery-ui",
    """<input id=q aria-label=Lang><script>$('#q').autocomplete({source:['Java','JavaScript','Julia','Python'],delay:250,select:(e,u)=>__state='sel '+u.item.value})</script>""",
    ["jqui"],
)
def _(h: H) -> None:
    h.click("#q")
    h.type("j")
    h.wait("document.querySelectorAll('.ui-menu-item').length==3")
    h.press("ArrowDown", 3)
    h.press("Enter")


@case(
    "jqui_menu_hover",
    "jquery-ui",
    """<ul id=m style="width:160px"><li><div>Music</div><ul><li><div>Rock</div></li><li><div>Jazz</div><ul><li><div>Freejazz</div></li><li><div>Big Band</div></li></ul></li></ul></li><li><div>Books</div></li></ul><script>$('#m').menu({select:(e,u)=>__state=u.item.children('div').text()})</script>""",
    ["jqui"],
)
def _(h: H) -> None:
    h.move("text=Music")
    h.pause(450)
    h.move("text='Jazz'")
    h.pause(450)
    h.click("text=Big Band")


@case(
    "jqui_dialog_drag",
    "jquery-ui",
    """<div id=d title="Move me">content</div><script>$('#d').dialog({position:{my:'left top',at:'left+50 top+50',of:window},buttons:{OK(){__state=['ok',Math.round($('.ui-dialog').offset().left/50)]}}})</script>""",
    ["jqui"],
)
def _(h: H) -> None:
    h.dragby(".ui-dialog-titlebar", 300, 100, apos=(0.3, 0.5))
    h.click("button:text-is('OK')")


@case(
    "jqui_droppable",
    "jquery-ui",
    """<div id=a style="width:80px;height:60px;background:#fc9;z-index:2">prod</div><div id=c1 class=z style="left:300px">Cart 1</div><div id=c2 class=z style="left:520px">Cart 2</div><style>.z{position:absolute;top:150px;width:180px;height:150px;border:1px solid}</style><script>$('#a').draggable();$('.z').droppable({drop:function(e,u){__state=this.id}})</script>""",
    ["jqui"],
)
def _(h: H) -> None:
    h.drag("#a", "#c2")


@case(
    "jqui_resizable",
    "jquery-ui",
    """<div id=r style="width:120px;height:80px;background:#def">r</div><script>$('#r').resizable();__state=()=>[Math.round($('#r').width()/20),Math.round($('#r').height()/20)]</script>""",
    ["jqui"],
)
def _(h: H) -> None:
    h.dragby(".ui-resizable-se", 160, 80)


@case(
    "jqui_selectable_lasso",
    "jquery-ui",
    """<ol id=s style="width:300px">"""
    + "".join(f"<li style='padding:6px;margin:3px'>Opt {i}</li>" for i in range(1, 7))
    + """</ol><script>$('#s').selectable();__state=()=>$('#s .ui-selected').map((i,x)=>x.textContent).get()</script><style>.ui-selected{background:#9cf}</style>""",
    ["jqui"],
)
def _(h: H) -> None:
    h.drag("text=Opt 2", "text=Opt 4", apos=(0.6, 0.5), bpos=(0.8, 0.5))


@case(
    "jqui_spinner_tabs",
    "jquery-ui",
    """<div id=t><ul><li><a href="#p1">One</a></li><li><a href="#p2">Two</a></li></ul><div id=p1>one</div><div id=p2><input id=n value=5></div></div><script>$('#t').tabs();$('#n').spinner();__state=()=>[$('#t').tabs('option','active'),$('#n').val()]</script>""",
    ["jqui"],
)
def _(h: H) -> None:
    h.click("text=Two")
    h.click(".ui-spinner-up")
    h.click(".ui-spinner-up")


@case(
    "select2_single",
    "selects",
    """<select id=s style="width:240px"><option value=""></option><option value=at>Austria</option><option value=au>Australia</option><option value=br>Brazil</option></select><script>$('#s').select2({placeholder:'Country'});__state=()=>$('#s').val()</script>""",
    ["select2"],
)
def _(h: H) -> None:
    h.click(".select2-selection")
    h.type("austr")
    h.click(".select2-results__option:has-text('Australia')")


@case(
    "select2_multi_tags",
    "selects",
    """<select id=s multiple style="width:300px"><option>red<option>green<option>blue</select><script>$('#s').select2({tags:true});__state=()=>$('#s').val()</script>""",
    ["select2"],
)
def _(h: H) -> None:
    h.click(".select2-selection")
    h.click(".select2-results__option:has-text('green')")
    h.type("pink")
    h.press("Enter")
    h.click(".select2-selection__choice__remove >> nth=0")


@case(
    "flatpickr_range",
    "dates",
    """<input id=d aria-label=Stay><script>flatpickr('#d',{mode:'range',defaultDate:null,now:new Date(2027,5,1)});d._flatpickr.jumpToDate(new Date(2027,5,1));__state=()=>d.value</script>""",
    ["flatpickr"],
)
def _(h: H) -> None:
    h.click("#d")
    h.click(".flatpickr-day[aria-label='June 8, 2027']")
    h.click(".flatpickr-day[aria-label='June 15, 2027']")


@case(
    "flatpickr_time",
    "dates",
    """<input id=d aria-label=Start><script>flatpickr('#d',{enableTime:true,noCalendar:true,dateFormat:'H:i',defaultHour:9,time_24hr:true});__state=()=>d.value</script>""",
    ["flatpickr"],
)
def _(h: H) -> None:
    h.click("#d")
    h.click(".flatpickr-hour")
    h.press("Control+a")
    h.type("14")
    h.press("Tab")
    h.type("35")
    h.press("Enter")


@case(
    "bs_modal",
    "bootstrap",
    """<button class="btn btn-primary" data-bs-toggle=modal data-bs-target=#m>Launch</button><div class="modal fade" id=m tabindex=-1><div class=modal-dialog><div class=modal-content><div class=modal-header><h5>Rename</h5><button class=btn-close data-bs-dismiss=modal></button></div><div class=modal-body><input class=form-control id=n aria-label="New name"></div><div class=modal-footer><button class=btn data-bs-dismiss=modal>Cancel</button><button class="btn btn-primary" onclick="__state='renamed '+n.value;bootstrap.Modal.getInstance(m).hide()">Save</button></div></div></div></div>""",
    ["bs"],
)
def _(h: H) -> None:
    h.click("text=Launch")
    h.pause(450)
    h.click("#n")
    h.type("Zeta")
    h.click("text=Save")
    h.pause(400)


@case(
    "bs_dropdown_collapse",
    "bootstrap",
    """<div class=dropdown><button class="btn btn-secondary dropdown-toggle" data-bs-toggle=dropdown>Sort</button><ul class=dropdown-menu><li><a class=dropdown-item href="#" onclick="s='new'">Newest</a></li><li><a class=dropdown-item href="#" onclick="s='old'">Oldest</a></li></ul></div><button class="btn mt-3" data-bs-toggle=collapse data-bs-target=#c>Advanced</button><div class=collapse id=c><input type=checkbox id=k> <label for=k>Strict</label></div><script>s='';__state=()=>[s,k.checked]</script>""",
    ["bs"],
)
def _(h: H) -> None:
    h.click("text=Sort")
    h.click("text=Oldest")
    h.click("text=Advanced")
    h.pause(450)
    h.click("label[for=k]")


@case(
    "bs_offcanvas_tabs",
    "bootstrap",
    """<button class=btn data-bs-toggle=offcanvas data-bs-target=#o>Menu</button><div class="offcanvas offcanvas-start" id=o tabindex=-1><div class=offcanvas-body><ul class="nav nav-tabs"><li class=nav-item><button class="nav-link active" data-bs-toggle=tab data-bs-target=#a>A</button></li><li class=nav-item><button class=nav-link data-bs-toggle=tab data-bs-target=#b>B</button></li></ul><div class=tab-content><div class="tab-pane fade show active" id=a>aaa</div><div class="tab-pane fade" id=b><button class=btn onclick="__state='b!'">Do B</button></div></div></div></div>""",
    ["bs"],
)
def _(h: H) -> None:
    h.click("text=Menu")
    h.pause(450)
    h.click("button:text-is('B')")
    h.click("text=Do B")


@case(
    "quill_bold",
    "editors",
    """<div id=q><p>Hello </p></div><script>Q=new Quill('#q',{theme:'snow'});__state=()=>Q.getContents().ops</script>""",
    ["quill"],
)
def _(h: H) -> None:
    h.click(".ql-editor")
    h.press("Control+End")
    h.click(".ql-bold")
    h.type("bold")
    h.press("Enter")
    h.click(".ql-list[value=bullet]")
    h.type("item")


@case(
    "quill_select_format",
    "editors",
    """<div id=q><p>make this red please</p></div><script>Q=new Quill('#q',{theme:'snow'});__state=()=>Q.getContents().ops</script>""",
    ["quill"],
)
def _(h: H) -> None:
    h.click(".ql-editor p", pos=(8, 10))
    h.press("Home")
    h.press("Control+ArrowRight")
    h.press("Control+Shift+ArrowRight")
    h.press("Control+i")


@case(
    "codemirror5",
    "editors",
    """<textarea id=t>def f():\n    pass</textarea><script>C=CodeMirror.fromTextArea(t,{lineNumbers:true});__state=()=>C.getValue()</script>""",
    ["cm5"],
)
def _(h: H) -> None:
    h.click(".CodeMirror-line >> nth=1")
    h.press("End")
    h.press("Enter")
    h.type("return 1")


@case(
    "sortable_native",
    "dnd-libs",
    """<ul id=l style="width:220px">"""
    + "".join(f"<li style='padding:8px;margin:4px;background:#eee'>Task {i}</li>" for i in range(1, 6))
    + """</ul><script>Sortable.create(l,{animation:0});__state=()=>[...l.children].map(x=>x.textContent)</script>""",
    ["sortable"],
)
def _(h: H) -> None:
    h.drag("text=Task 1", "text=Task 3", bpos=(0.5, 0.85), steps=20)


@case(
    "sortable_fallback_kanban",
    "dnd-libs",
    """<div style="display:flex;gap:30px"><div id=a class=c></div><div id=b class=c></div></div><style>.c{width:200px;min-height:200px;background:#f4f4f4}.k{padding:8px;margin:4px;background:#fff;border:1px solid}.h{cursor:grab}</style><script>a.innerHTML=['Ada','Bob','Cyd'].map(n=>`<div class=k><span class=h>⠿</span> ${n}</div>`).join('');b.innerHTML='<div class=k><span class=h>⠿</span> Dee</div>';for(const x of[a,b])Sortable.create(x,{group:'k',forceFallback:true,handle:'.h',animation:0});__state=()=>[a,b].map(x=>[...x.children].map(y=>y.textContent.slice(2)))</script>""",
    ["sortable"],
)
def _(h: H) -> None:
    h.drag(".k:has-text('Bob') .h", "#b .k", bpos=(0.3, 0.8), steps=22)


@case(
    "nouislider",
    "dnd-libs",
    """<div id=s style="width:400px;margin:40px"></div><script>noUiSlider.create(s,{start:[20,80],connect:true,step:10,range:{min:0,max:100}});__state=()=>s.noUiSlider.get()</script>""",
    ["nous"],
)
def _(h: H) -> None:
    h.dragby(".noUi-handle >> nth=0", 80, 0)
    h.dragby(".noUi-handle >> nth=1", -40, 0)


@case(
    "datatables",
    "data",
    """<table id=t><thead><tr><th>Name<th>Age</thead><tbody></tbody></table><script>N='Ann Bob Cy Dan Eve Fay Gus Hal Ida Jon Kim Lee Mia Ned'.split(' ');T=new DataTable('#t',{data:N.map((n,i)=>[n,20+(i*7)%30]),pageLength:10,lengthMenu:[5,10,25]});$('#t').on('click','tbody td',function(){__state=this.textContent+'@'+T.page.info().page+':'+T.search()})</script>""",
    ["dt"],
)
def _(h: H) -> None:
    h.click("th:has-text('Age')")
    h.click(".dt-paging-button:has-text('2')")
    h.click("tbody tr >> nth=1 >> td >> nth=0")
    h.click("input[type=search]")
    h.type("a")
    h.click("tbody tr >> nth=0 >> td >> nth=0")


@case(
    "leaflet_drag_zoom",
    "data",
    """<div id=m style="width:600px;height:400px;background:#def"></div><script>M=L.map('m',{crs:L.CRS.Simple,center:[0,0],zoom:1,inertia:false,zoomAnimation:false,minZoom:-2,maxZoom:5});L.imageOverlay('data:image/svg+xml;utf8,<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',[[-200,-200],[200,200]]).addTo(M);__state=()=>[M.getZoom(),Math.round(M.getCenter().lat/5),Math.round(M.getCenter().lng/5)]</script>""",
    ["leaflet"],
)
def _(h: H) -> None:
    h.dragby("#m", -120, 80, apos=(0.6, 0.4))
    h.click(".leaflet-control-zoom-in")
    h.click("#m", pos=(0.5, 0.5), count=2)
    h.pause(300)


@case(
    "leaflet_marker_popup",
    "data",
    """<div id=m style="width:600px;height:400px;background:#def"></div><script>M=L.map('m',{crs:L.CRS.Simple,center:[0,0],zoom:1,fadeAnimation:false});[[20,20,'Depot'],[-20,60,'Shop']].forEach(([a,b,n])=>L.marker([a,b],{icon:L.divIcon({className:'pin',iconSize:[20,20]})}).addTo(M).bindPopup(`<button onclick="__state='go ${n}'">Route</button>`))</script><style>.pin{background:#d33;border-radius:50%}</style>""",
    ["leaflet"],
)
def _(h: H) -> None:
    h.click(".pin >> nth=1")
    h.pause(350)
    h.click("text=Route")


@case(
    "shoelace_form",
    "webcomp",
    """<form id=f><sl-input name=name label=Name></sl-input><sl-select name=tier label=Tier hoist><sl-option value=1>Gold</sl-option><sl-option value=2>Silver</sl-option></sl-select><sl-checkbox name=ok value=yes>Agree</sl-checkbox><br><sl-button type=submit>Send</sl-button></form><script>f.onsubmit=e=>{e.preventDefault();__state=Object.fromEntries(new FormData(f))}</script>""",
    ["shoelace"],
    ready="customElements.get('sl-select')&&customElements.get('sl-button')",
)
def _(h: H) -> None:
    h.click("sl-input input")
    h.type("Io")
    h.click("sl-select")
    h.pause(350)
    h.click("sl-option >> nth=1")
    h.pause(300)
    h.click("sl-checkbox")
    h.click("sl-button")
